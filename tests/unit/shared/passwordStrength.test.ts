import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passwordStrength } from '#shared/domain/passwordStrength'

describe('passwordStrength', () => {
  it.each([
    ['', 0],
    ['short7!', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 1],
    ['abcdefghijklmnop', 1],
    ['87654321', 1],
    ['correct horse battery staple', 4],
    ['Tr0ub4dor&3xyQ', 4],
  ] as const)('gives %j a %i', (password, strength) => expect(passwordStrength(password)).toBe(strength))

  it('never falls while one goes on typing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 3 }), (start, more) => {
        expect(passwordStrength(start + more)).toBeGreaterThanOrEqual(passwordStrength(start))
      }),
    )
  })

  it('is 0 exactly for what is too short, counted in characters', () => {
    expect(passwordStrength('😀'.repeat(7))).toBe(0)
    expect(passwordStrength('😀'.repeat(8))).toBeGreaterThan(0)
  })
})
