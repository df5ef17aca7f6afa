/** What a reader takes for one character: a letter with its marks, a flag, a family. */
const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter() : null

/** The graphemes of a text; its code points where the browser cannot tell them. */
export function graphemes(text: string): string[] {
  return segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text]
}

/** The first grapheme, empty of an empty text. A long text is not gone through. */
export function firstGrapheme(text: string): string {
  if (!segmenter) return [...text.slice(0, 2)][0] ?? ''
  for (const { segment } of segmenter.segment(text)) return segment
  return ''
}

/** The beginning of a text: as many whole graphemes as `fits` takes, asked with the text so far. */
function beginning(text: string, fits: (begun: string) => boolean): string {
  let begun = ''
  for (const grapheme of segmenter ? segmenter.segment(text) : [...text].map((segment) => ({ segment }))) {
    if (!fits(begun + grapheme.segment)) break
    begun += grapheme.segment
  }
  return begun
}

/** A text of at most `max` code points, cut between graphemes, with an ellipsis in place of what is left out. */
export function cutGraphemes(text: string, max: number): string {
  if (characterCount(text) <= max) return text
  // A grapheme has a code point at least: what lies behind cannot matter.
  return `${beginning(text.slice(0, max * 2), (begun) => characterCount(begun) < max)}…`
}

/** A text of at most `max` bytes of UTF-8, cut between graphemes. */
export function cutToBytes(text: string, max: number): string {
  return byteLength(text) <= max ? text : beginning(text.slice(0, max), (begun) => byteLength(begun) <= max)
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Unicode code points of a text. */
export function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
