/** Splits text into graphemes, which readers take for one character: a letter with its marks, a flag, a family. */
const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter() : null

/** The graphemes of a text; its code points if the browser has no segmenter. */
export function graphemes(text: string): string[] {
  return segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text]
}

/** The first grapheme of a text, empty for an empty text. It does not iterate a long text. */
export function firstGrapheme(text: string): string {
  if (!segmenter) return [...text.slice(0, 2)][0] ?? ''
  for (const { segment } of segmenter.segment(text)) return segment
  return ''
}

/** The beginning of a text: as many whole graphemes as `fits` accepts. @param fits called with the beginning so far */
function beginning(text: string, fits: (begun: string) => boolean): string {
  let begun = ''
  for (const grapheme of segmenter ? segmenter.segment(text) : [...text].map((segment) => ({ segment }))) {
    if (!fits(begun + grapheme.segment)) break
    begun += grapheme.segment
  }
  return begun
}

/** Cuts a text to at most `max` code points, between graphemes. An ellipsis replaces what is left out. */
export function cutGraphemes(text: string, max: number): string {
  if (characterCount(text) <= max) return text
  // Every grapheme has at least one code point, so the rest of the text does not matter.
  return `${beginning(text.slice(0, max * 2), (begun) => characterCount(begun) < max)}…`
}

/** Cuts a text to at most `max` bytes of UTF-8, between graphemes. */
export function cutToBytes(text: string, max: number): string {
  return byteLength(text) <= max ? text : beginning(text.slice(0, max), (begun) => byteLength(begun) <= max)
}

/** The bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** The number of Unicode code points of a text. */
export function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
