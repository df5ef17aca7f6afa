import { Binary, Decimal128, deserialize, Double, Int32, Long, ObjectId, serialize, Timestamp } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileProjection } from '../../server/embedded/query/projection'

const NAMES = ['_id', 'a', 'b', 'länge', 'kind', '']
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.constantFrom(
    new ObjectId('0123456789abcdef01234567'),
    Long.fromNumber(7),
    new Int32(3),
    new Double(1.5),
    Decimal128.fromString('1.5'),
    new Timestamp(5n),
    new Binary(Buffer.from('bytes')),
    /x/i,
    { b: { c: 1 } },
  ),
)
const document = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), { selector: ([name]) => name })
  .map((entries) => Object.fromEntries(entries))
const fields = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'länge'), { minLength: 1 })

describe('a projection', () => {
  it('copies or leaves out the bytes of whole fields', () => {
    fc.assert(
      fc.property(
        document,
        fields,
        fc.boolean(),
        fc.option(fc.boolean(), { nil: undefined }),
        (doc, named, including, id) => {
          const wanted = Object.fromEntries([
            ...named.map((name) => [name, including]),
            ...(id === undefined ? [] : [['_id', id]]),
          ])
          const picked = compileProjection(wanted)!.pick(Buffer.from(serialize(doc)))
          const kept = Object.entries(doc).filter(([name]) =>
            name === '_id' ? id !== false : named.includes(name) === including,
          )
          expect(picked.equals(Buffer.from(serialize(Object.fromEntries(kept))))).toBe(true)
          expect(() => deserialize(picked)).not.toThrow()
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('of no fields does nothing', () => {
    expect([compileProjection({}), compileProjection(undefined)]).toEqual([undefined, undefined])
  })
})
