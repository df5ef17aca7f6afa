/** Symbols that are only emoji with U+FE0F, such as ↔ and ▶. © ® ™ count as letters even with it. */
const ASKING = /(?![©®™])\p{Extended_Pictographic}\uFE0F/u
/** Emoji without U+FE0F, including those that people often send without it, such as ❤ and ☺. U+FE0E makes them text. */
const PLAIN = /(?:\p{Emoji_Presentation}|[\u2600-\u27BF\u{1F000}-\u{1FAFF}])(?!\uFE0E)/u
const ONE = `(?:(?:${ASKING.source}|(?=\\p{Extended_Pictographic})${PLAIN.source})\\p{Emoji_Modifier}?)`
const EMOJI = [
  '\\p{Regional_Indicator}{2}',
  '[0-9#*]\\uFE0F?\\u20E3',
  // The flags of England, Scotland and Wales.
  '\\u{1F3F4}[\\u{E0020}-\\u{E007E}]+\\u{E007F}',
  `${ONE}(?:\\u200D${ONE})*`,
].join('|')
const SINGLE_EMOJI = new RegExp(`^(?:${EMOJI})$`, 'u')
const ONLY_EMOJI = new RegExp(`^\\s*(?:(?:${EMOJI})\\s*){1,3}$`, 'u')

/** Whether a text is one to three emoji and nothing else. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 120 && ONLY_EMOJI.test(text)
}

/** The most UTF-16 units of one emoji. The longest that fonts draw, a family with skin tones, has 30. */
const MAX_EMOJI_UNITS = 40
/** Symbols that are drawn as emoji only with U+FE0F, unless a skin tone follows. */
const NEEDS_SELECTOR = /(?!\p{Emoji_Presentation})\p{Extended_Pictographic}(?!\p{Emoji_Modifier})|[0-9#*](?=\u20E3)/gu

/**
 * One emoji in its full form, with every U+FE0F that belongs in it, so that ❤ and ❤️ are the same reaction.
 * Null: the text is not exactly one emoji.
 */
export function canonicalEmoji(text: string): string | null {
  if (text.length > MAX_EMOJI_UNITS) return null
  const full = text.replaceAll('\uFE0F', '').replace(NEEDS_SELECTOR, '$&\uFE0F')
  return SINGLE_EMOJI.test(full) ? full : null
}
