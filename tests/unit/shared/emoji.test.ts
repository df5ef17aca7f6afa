import { describe, expect, it } from 'vitest'
import { canonicalEmoji } from '#shared/domain/text/emoji'

describe('one emoji', () => {
  it.each(['👍', '👍🏽', '🇻🇳', '#️⃣', '1️⃣', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈', '❤️‍🔥', '⛹🏽‍♂️', '👁️‍🗨️', '☺️', '✅', '👩🏾‍❤️‍💋‍👨🏼'])(
    '%s is itself in full',
    (emoji) => {
      expect(canonicalEmoji(emoji)).toBe(emoji)
      expect(canonicalEmoji(emoji.replaceAll('\uFE0F', ''))).toBe(emoji)
    },
  )

  it.each([
    '',
    'a',
    '1',
    '#',
    '👍👍',
    '👍 ',
    'a👍',
    '©',
    '\u200D',
    '🇻',
    '👍\u200D',
    '\uFE0F',
    '👍\u200D'.repeat(20) + '👍',
  ])('%j is none', (text) => {
    expect(canonicalEmoji(text)).toBeNull()
  })

  it('is found fast in any text', () => {
    for (const unit of ['👍', '👍\u200D', '🇻', '#\u20E3', '\u{1F3F4}\u{E0067}']) canonicalEmoji(unit.repeat(100_000))
  })
})
