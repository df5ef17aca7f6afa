import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directKey, excerptOf, unreadCount } from '#shared/domain/messages'
import { LIMITS } from '#shared/limits'
import { characterCount } from '#shared/domain/text/graphemes'

describe('excerptOf', () => {
  it('is the text on one line', () => {
    expect(excerptOf('  one\n\n two\tthree ')).toBe('one two three')
  })

  it('cuts between characters, not inside an emoji', () => {
    expect(excerptOf('😀'.repeat(LIMITS.excerptCharacters))).toBe('😀'.repeat(LIMITS.excerptCharacters))
    expect(excerptOf('😀'.repeat(LIMITS.excerptCharacters + 1))).toBe(`${'😀'.repeat(LIMITS.excerptCharacters - 1)}…`)
    expect(excerptOf(`a${'😀'.repeat(5_000)}`)).toBe(`a${'😀'.repeat(LIMITS.excerptCharacters - 2)}…`)
  })

  it('is never longer than its limit, never broken, and shows when it leaves something out', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '😀', ' ', '\n', 'é'), maxLength: 400 })
    fc.assert(
      fc.property(texts, (text) => {
        const excerpt = excerptOf(text)
        expect(characterCount(excerpt)).toBeLessThanOrEqual(LIMITS.excerptCharacters)
        expect(excerpt).not.toMatch(/\p{Surrogate}|\n/u)
        const whole = text.trim().replace(/\s+/g, ' ')
        expect(excerpt === whole || (whole.startsWith(excerpt.slice(0, -1)) && excerpt.endsWith('…'))).toBe(true)
      }),
    )
  })
})

describe('unreadCount', () => {
  it.each([
    { lastSeq: 0, readSeq: 0, own: 0, unread: 0 },
    { lastSeq: 10, readSeq: 4, own: 0, unread: 6 },
    { lastSeq: 10, readSeq: 4, own: 6, unread: 0 },
    { lastSeq: 10, readSeq: 10, own: 0, unread: 0 },
    // The three numbers are read one after the other: a message in between must not make it negative.
    { lastSeq: 10, readSeq: 9, own: 2, unread: 0 },
  ])('$lastSeq messages, read to $readSeq, $own of them own: $unread', ({ lastSeq, readSeq, own, unread }) => {
    expect(unreadCount(lastSeq, readSeq, own)).toBe(unread)
  })
})

describe('directKey', () => {
  it('is the same for a pair in either order, and different for every other pair', () => {
    const id = fc.stringMatching(/^[0-9a-f]{24}$/)
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(directKey(a, b)).toBe(directKey(b, a))
        expect(directKey(a, b) === directKey(a, c)).toBe(b === c)
      }),
    )
  })
})
