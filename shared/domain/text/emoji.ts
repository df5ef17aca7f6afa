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
const ONLY_EMOJI = new RegExp(`^\\s*(?:(?:${EMOJI})\\s*){1,3}$`, 'u')

/** Whether a text is one to three emoji and nothing else. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 120 && ONLY_EMOJI.test(text)
}
