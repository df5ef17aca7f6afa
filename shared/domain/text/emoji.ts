/** Symbols that are emoji only when they ask for it (U+FE0F), as ↔ and ▶ are; © ® ™ are letters, whatever they ask for. */
const ASKING = /(?![©®™])\p{Extended_Pictographic}\uFE0F/u
/** What looks like an emoji without asking, and what people send without, as ❤ and ☺. Not what asks to be text (U+FE0E). */
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
