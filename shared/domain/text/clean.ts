import { balanceBidi } from './bidi'
import { boundMarks } from './marks'

/** Line breaks of other systems, and Unicode's own separators of lines and paragraphs. */
const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/g
/** Lone halves of characters and code points that will never be one. */
const BROKEN = /\p{Surrogate}|\p{Noncharacter_Code_Point}/gu
/** What is no text: control characters but tab and line break, overrides of the direction, deprecated and foreign formats. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u202D\u202E\u206A-\u206F\uFEFF\uFFF9-\uFFFB]/gu
/** Tags spell invisible words; behind a black flag they name a country. */
const STRAY_TAGS = /(\u{1F3F4}[\u{E0020}-\u{E007E}]{1,8}\u{E007F})|[\u{E0000}-\u{E007F}]/gu
/** Signs that are no spaces, yet show nothing: an empty braille cell and an empty note. */
const BLANK_SIGNS = '\\u2800\\u{1D159}'
/** Something that can be seen: a sign that is not space, mark, control or one that is made to be invisible. */
const VISIBLE = new RegExp(`(?![\\p{Default_Ignorable_Code_Point}${BLANK_SIGNS}])[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Co}\\p{Cn}]`, 'u')

/** Whether a text shows anything at all. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text)
}

/**
 * A text without what can neither be stored nor shown, line breaks as `\n`: the part of the policy that a field keeps
 * while somebody types in it.
 */
export function withoutControls(text: string): string {
  return text.replace(LINE_BREAKS, '\n').replace(BROKEN, '').replace(CONTROLS, '')
}

/**
 * A text of several lines as it may be stored and shown: NFC, line breaks as `\n`, without control characters, every
 * turn of the direction closed in its line, no letter under a heap of marks. What people wrote is all there.
 * Cleaning again changes nothing.
 */
export function cleanMessageText(text: string): string {
  const plain = withoutControls(text).replace(STRAY_TAGS, '$1')
  return boundMarks(balanceBidi(plain).normalize('NFC')).normalize('NFC')
}

/** Scripts whose letters join, or are kept from joining, by ZWJ and ZWNJ inside words. */
const JOINING = ['Arab', 'Syrc', 'Mong', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr', 'Tibt']
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')
/** Invisible characters that are part of what is seen: each is kept by its neighbours, and all others go. */
const KEPT = [
  // Between emoji: 👩‍💻.
  '\\u200D(?<=\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]{0,2}\\u200D)(?=\\p{Extended_Pictographic})',
  // Inside words: می‌خواهم, and behind a virama at their end: ന്‍.
  `(?<=(?=[\\p{L}\\p{M}])[${JOINING}])[\\u200C\\u200D](?=(?=[\\p{L}\\p{M}])[${JOINING}])`,
  `(?<=(?=\\p{M})[${JOINING}])\\u200D`,
  // One variation of an emoji, a keycap, a Han or a Mongolian letter.
  '(?<=\\p{Emoji})[\\uFE0E\\uFE0F]',
  '(?<=\\p{Script=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
  '(?<=\\p{Script=Mong})[\\u180B-\\u180D\\u180F]',
  '\\u{1F3F4}[\\u{E0020}-\\u{E007E}]{1,8}\\u{E007F}',
].join('|')
/** Joiners, variations and tags, which may be part of what is seen. */
const MAYBE_KEPT = '\\u200C\\u200D\\uFE00-\\uFE0F\\u180B-\\u180D\\u180F\\u{E0000}-\\u{E01EF}'
const SPACES = new RegExp(`[\\s\\p{Z}\\u0085${BLANK_SIGNS}]+`, 'gu')
const INVISIBLE = new RegExp(`(?![${MAYBE_KEPT}])[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Noncharacter_Code_Point}]`, 'gu')
const STRAY = new RegExp(`(${KEPT})|[${MAYBE_KEPT}]`, 'gu')

/**
 * A name as it may be stored and shown: one line, NFC, without anything invisible but what forms emoji and words,
 * spaces as one, no letter under a heap of marks. Empty where nothing can be seen. Cleaning again changes nothing.
 */
export function cleanName(name: string): string {
  const clean = settled(name, (text) => {
    const plain = withoutInvisible(text.normalize('NFC').replace(SPACES, ' ')).replace(SPACES, ' ').trim()
    return boundMarks(plain.normalize('NFC')).normalize('NFC')
  })
  return isVisible(clean) ? clean : ''
}

/** A text without anything that is not seen, but for what forms emoji and words. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '').replace(STRAY, '$1')
}

/** What a text becomes by a step that is taken until it changes nothing: what is taken out may bring others together. */
export function settled(text: string, step: (text: string) => string): string {
  let now = step(text)
  for (let next = step(now); next !== now; next = step(now)) now = next
  return now
}
