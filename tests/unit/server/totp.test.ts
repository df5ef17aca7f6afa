import { describe, expect, it } from 'vitest'
import { codeOf, stepAt, stepOfCode, toBase32 } from '../../../server/auth/totp'

const SECRET = Buffer.from('12345678901234567890')

/** RFC 6238, appendix B: seconds, and the last six digits of the code for SHA-1. */
const VECTORS: [number, string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
]

describe('one-time codes', () => {
  it.each(VECTORS)('are those of RFC 6238 after %i seconds', (seconds, code) => {
    expect(codeOf(SECRET, stepAt(seconds * 1_000))).toBe(code)
  })

  it('are taken from a clock that is one step fast or slow, and no more', () => {
    const at = 1_234_567_890_000
    const step = stepAt(at)
    const found = [-2, -1, 0, 1, 2].map((by) => stepOfCode(SECRET, codeOf(SECRET, step + by), at))
    expect(found).toEqual([null, step - 1, step, step + 1, null])
  })

  it.each(['', '28708', '2870822', '28708a', ' 287082', '２８７０８２', '-28708'])('must be six digits: %j', (code) => {
    expect(stepOfCode(SECRET, code, 59_000)).toBeNull()
  })

  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foobar', 'MZXW6YTBOI'],
  ])('have secrets in base32: %j', (text, encoded) => {
    expect(toBase32(Buffer.from(text))).toBe(encoded)
  })
})
