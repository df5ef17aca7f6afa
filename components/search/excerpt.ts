import { cutGraphemes } from '#shared/domain/text/graphemes'

interface Range {
  start: number
  end: number
}

/** The most characters of an excerpt, and of what is before its first marked range. */
const MAX_CHARACTERS = 160
const MAX_BEFORE = 24

/** Cuts one line out of a text around the first range, into parts that are marked or not. */
export function excerptAround(text: string, ranges: readonly Range[]): { text: string; marked: boolean }[] {
  const first = ranges[0]?.start ?? 0
  const start = first <= MAX_BEFORE ? 0 : wordStart(text, first - MAX_BEFORE, first)
  const rest = text.slice(start)
  const shown = cutGraphemes(rest, MAX_CHARACTERS)
  const end = shown === rest ? text.length : start + shown.length - 1
  const parts: { text: string; marked: boolean }[] = []
  const add = (from: number, to: number, marked: boolean) => {
    if (to > from) parts.push({ text: text.slice(from, to).replace(/\s+/g, ' '), marked })
  }
  let at = start
  if (start > 0) parts.push({ text: '…', marked: false })
  for (const range of ranges) {
    if (range.end > end) break
    if (range.start < at) continue
    add(at, range.start, false)
    add(range.start, range.end, true)
    at = range.end
  }
  add(at, end, false)
  if (end < text.length) parts.push({ text: '…', marked: false })
  return parts
}

/** Where a word begins between two ranges, or else the second one. */
function wordStart(text: string, from: number, to: number): number {
  const space = text.slice(from, to).search(/\s/)
  return space < 0 ? to : from + space + 1
}
