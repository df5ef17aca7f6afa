import { fold, foldWithPositions, TOKEN } from '../text/fold'
import { wordsOf, type Term } from './terms'

/** Where a term was found: in the text of a message, or in the name of one of its files. In UTF-16 code units. */
export interface Highlight {
  /** The file whose name has it. Null: the text. */
  attachmentId: string | null
  start: number
  end: number
}

/** The most ranges that are marked in one message. */
const MAX_HIGHLIGHTS = 50

/** Which of the terms a text has, as flags in their order. @param texts the message's text and the names of its files */
export function matchTerms(terms: readonly Term[], texts: readonly string[]): boolean[] {
  const folded = fold(texts.join('\n'))
  let words: Set<string> | undefined
  return terms.map(({ kind, text }) => {
    // No word is in the text that is not a part of it, and this is much faster than splitting the text.
    if (!folded.includes(text)) return false
    if (kind === 'part') return true
    words ??= new Set(wordsOf(folded))
    return kind === 'word' ? words.has(text) : [...words].some((word) => word.startsWith(text))
  })
}

/** Where the terms are in a text, from its beginning, without overlaps. */
export function highlightsIn(terms: readonly Term[], text: string): { start: number; end: number }[] {
  const folded = foldWithPositions(text)
  const found: { start: number; end: number }[] = []
  for (const { 0: token, index } of folded.text.matchAll(TOKEN)) {
    for (const term of terms) {
      for (const [from, length] of rangesIn(token, term)) {
        found.push({ start: folded.starts[index + from]!, end: folded.ends[index + from + length - 1]! })
      }
    }
    if (found.length >= MAX_HIGHLIGHTS) break
  }
  return merged(found).slice(0, MAX_HIGHLIGHTS)
}

/** Where a term is in one word of a text: the offsets and lengths. */
function rangesIn(token: string, { kind, text }: Term): [number, number][] {
  if (kind === 'word') return token === text ? [[0, text.length]] : []
  if (kind === 'start') return token.startsWith(text) ? [[0, text.length]] : []
  const ranges: [number, number][] = []
  for (let at = token.indexOf(text); at >= 0; at = token.indexOf(text, at + text.length)) ranges.push([at, text.length])
  return ranges
}

function merged(ranges: { start: number; end: number }[]): { start: number; end: number }[] {
  const sorted = ranges.toSorted((one, other) => one.start - other.start)
  const result: { start: number; end: number }[] = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else result.push({ ...range })
  }
  return result
}
