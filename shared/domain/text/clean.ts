import { balanceBidi } from './bidi'
import { boundMarks } from './marks'

/** Line breaks of other systems, and Unicode's separators of lines and paragraphs. */
const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/g
/** Lone surrogates, and code points that will never be characters. */
const BROKEN = /\p{Surrogate}|\p{Noncharacter_Code_Point}/gu
/** Control characters except tab and line break, overrides of the direction, and deprecated formatting characters. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u202D\u202E\u206A-\u206F\uFEFF\uFFF9-\uFFFB]/gu
/** Tag characters can spell invisible words. Only after a black flag they have a meaning: they name a region. */
const STRAY_TAGS = /(\u{1F3F4}[\u{E0020}-\u{E007E}]{1,8}\u{E007F})|[\u{E0000}-\u{E007F}]/gu
/** Characters that are no spaces but show nothing: the blank braille pattern and the musical null notehead. */
const BLANK_SIGNS = '\\u2800\\u{1D159}'
/** A visible character: no space, mark or control character, and none that is invisible by design. */
const VISIBLE = new RegExp(
  `(?![\\p{Default_Ignorable_Code_Point}${BLANK_SIGNS}])[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Co}\\p{Cn}]`,
  'u',
)

/** Whether a text shows anything at all. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text)
}

/**
 * Removes what can neither be stored nor shown, and turns line breaks into `\n`. A field applies this part of the
 * policy while someone types.
 */
export function withoutControls(text: string): string {
  return text.replace(LINE_BREAKS, '\n').replace(BROKEN, '').replace(CONTROLS, '')
}

/**
 * Cleans a text of several lines for storing and showing: NFC, line breaks as `\n`, no control characters, every change
 * of the direction closed within its line, and no piles of marks on a letter. Everything that people wrote stays.
 * Cleaning again changes nothing.
 */
export function cleanMessageText(text: string): string {
  const plain = withoutControls(text).replace(STRAY_TAGS, '$1')
  return boundMarks(balanceBidi(plain).normalize('NFC')).normalize('NFC')
}

/** Scripts in which ZWJ and ZWNJ inside words join letters or keep them apart. */
const JOINING = [
  'Arab',
  'Syrc',
  'Mong',
  'Deva',
  'Beng',
  'Guru',
  'Gujr',
  'Orya',
  'Taml',
  'Telu',
  'Knda',
  'Mlym',
  'Sinh',
  'Khmr',
  'Mymr',
  'Tibt',
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')
/**
 * Invisible characters that affect what is seen. Their neighbours decide whether they are kept; all others are removed.
 */
const KEPT = [
  // Between emoji: 👩‍💻.
  '\\u200D(?<=\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]{0,2}\\u200D)(?=\\p{Extended_Pictographic})',
  // Inside words: می‌خواهم, and after a virama at their end: ന്‍.
  `(?<=(?=[\\p{L}\\p{M}])[${JOINING}])[\\u200C\\u200D](?=(?=[\\p{L}\\p{M}])[${JOINING}])`,
  `(?<=(?=\\p{M})[${JOINING}])\\u200D`,
  // One variation selector after an emoji, a keycap, a Han or a Mongolian letter.
  '(?<=\\p{Emoji})[\\uFE0E\\uFE0F]',
  '(?<=\\p{Script=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
  '(?<=\\p{Script=Mong})[\\u180B-\\u180D\\u180F]',
  '\\u{1F3F4}[\\u{E0020}-\\u{E007E}]{1,8}\\u{E007F}',
].join('|')
/** Joiners, variation selectors and tags, which may affect what is seen. */
const MAYBE_KEPT = '\\u200C\\u200D\\uFE00-\\uFE0F\\u180B-\\u180D\\u180F\\u{E0000}-\\u{E01EF}'
const SPACES = new RegExp(`[\\s\\p{Z}\\u0085${BLANK_SIGNS}]+`, 'gu')
const INVISIBLE = new RegExp(
  `(?![${MAYBE_KEPT}])[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Noncharacter_Code_Point}]`,
  'gu',
)
const STRAY = new RegExp(`(${KEPT})|[${MAYBE_KEPT}]`, 'gu')

/**
 * Cleans a name for storing and showing: one line, NFC, runs of spaces as one, no piles of marks on a letter, and
 * nothing invisible except what forms emoji and words. The result is empty if nothing can be seen. Cleaning again
 * changes nothing.
 */
export function cleanName(name: string): string {
  const clean = settled(name, (text) => {
    const plain = withoutInvisible(text.normalize('NFC').replace(SPACES, ' ')).replace(SPACES, ' ').trim()
    return boundMarks(plain.normalize('NFC')).normalize('NFC')
  })
  return isVisible(clean) ? clean : ''
}

/** Removes everything invisible, except what forms emoji and words. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '').replace(STRAY, '$1')
}

/**
 * Applies a step until it changes nothing. One pass may not do, because a removal may bring other characters together.
 */
export function settled(text: string, step: (text: string) => string): string {
  let current = step(text)
  for (let next = step(current); next !== current; next = step(current)) current = next
  return current
}
