import { Binary, Decimal128, deserialize, Double, Int32, Long, ObjectId, serialize, Timestamp } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../server/embedded/bson/document'
import { compileProjection } from '../../server/embedded/query/projection'
import { compileRawProjection } from '../../server/embedded/query/rawProjection'

const NAMES = ['_id', 'a', 'b', 'länge', 'kind', '']
const value = fc.oneof(
  fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.date({ noInvalidDate: true }), fc.array(fc.string(), { maxLength: 3 }),
  fc.constantFrom(new ObjectId('0123456789abcdef01234567'), Long.fromNumber(7), new Int32(3), new Double(1.5), Decimal128.fromString('1.5'), new Timestamp(5n), new Binary(Buffer.from('bytes')), /x/i, { b: { c: 1 } }),
)
const document = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), { selector: ([name]) => name }).map((entries) => Object.fromEntries(entries))
const projection = fc.record({ _id: fc.constantFrom(0, 1, true, false), a: fc.constantFrom(1, true), b: fc.constant(1), länge: fc.constant(1) }, { requiredKeys: ['a'] })

describe('a projection by bytes', () => {
  it('takes what the one by documents takes, to the byte', () => {
    fc.assert(
      fc.property(document, projection, (doc, wanted) => {
        const raw = Buffer.from(serialize(doc))
        const picked = compileRawProjection(wanted)!(raw)
        expect(picked.equals(Buffer.from(encode(compileProjection(wanted)!(decode(raw)))))).toBe(true)
        expect(() => deserialize(picked)).not.toThrow()
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([[{ a: 0 }], [{ 'a.b': 1 }], [{ a: 'x' }], [{ a: { $slice: 1 } }], [{ _id: 1 }], [{}], [undefined], [{ a: 1, b: 0 }]])('leaves %j to the other', (wanted) => {
    expect(compileRawProjection(wanted)).toBeUndefined()
  })
})
