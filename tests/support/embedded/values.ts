import { Binary, BSONRegExp, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import * as fc from 'fast-check'

const strings = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'a\0', 'a\0b', '\0', 'é', '\u{1F600}', '\uFFFD', 'x'.repeat(40)),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
)

/** Numbers around those at which int64 and double begin to differ. */
export const numbers = fc.oneof(
  fc.constantFrom(0, 1, 2, -1).map((value) => new Int32(value)),
  fc.integer().map((value) => new Int32(value)),
  fc
    .constantFrom(0, -0, NaN, Infinity, -Infinity, 0.5, -0.5, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 1e300, 5e-324)
    .map((value) => new Double(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc
    .constantFrom(0n, 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 53n) - 1n)
    .map((value) => Long.fromBigInt(value)),
)

const scalars = fc.oneof(
  numbers,
  strings,
  fc.boolean(),
  fc.constant(null),
  fc
    .constantFrom('000000000000000000000000', '0000000000000000000000ff', 'ffffffffffffffffffffffff')
    .map((hex) => new ObjectId(hex)),
  fc.date({ noInvalidDate: true }),
  fc.tuple(fc.uint8Array({ maxLength: 3 }), fc.constantFrom(0, 4, 128)).map(([bytes, type]) => new Binary(bytes, type)),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new Timestamp(value)),
  fc
    .tuple(fc.constantFrom('a', 'b', 'ab'), fc.constantFrom('', 'i'))
    .map(([pattern, options]) => new BSONRegExp(pattern, options)),
  fc.constantFrom(new MinKey(), new MaxKey()),
)

/** Any value that the store can order, with some nesting. */
export const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab', ''), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value
