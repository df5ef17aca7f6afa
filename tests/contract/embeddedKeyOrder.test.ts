import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare } from '../../server/embedded/bson/compare'
import { KeyWriter } from '../../server/embedded/index/keyWriter'
import { numbers, values } from '../support/embedded/values'

const writer = new KeyWriter()

function encoded(tuple: unknown[], descending: boolean[] = []): Buffer {
  writer.reset()
  tuple.forEach((value, i) => writer.write(value, descending[i]))
  return writer.take()
}

describe('encoded keys', () => {
  it('sort as MongoDB compares their values', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(Math.sign(Buffer.compare(encoded([a]), encoded([b])))).toBe(Math.sign(compare(a, b)))
      }),
      { numRuns: 3000 },
    )
  })

  it('sort numbers of all types exactly', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(Buffer.compare(encoded([a]), encoded([b])))).toBe(Math.sign(compare(a, b)))
      }),
      { numRuns: 3000 },
    )
  })

  it('sort tuples field by field, each in its own direction', () => {
    const tuple = fc.tuple(values, values)
    fc.assert(
      fc.property(tuple, tuple, fc.boolean(), fc.boolean(), (a, b, down0, down1) => {
        const first = Math.sign(compare(a[0], b[0])) * (down0 ? -1 : 1)
        const second = Math.sign(compare(a[1], b[1])) * (down1 ? -1 : 1)
        expect(Math.sign(Buffer.compare(encoded(a, [down0, down1]), encoded(b, [down0, down1])))).toBe(
          (first || second) + 0,
        )
      }),
      { numRuns: 3000 },
    )
  })
})
