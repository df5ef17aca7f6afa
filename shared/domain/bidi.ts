/** Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, NKo and historic scripts. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u
const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/**
 * A name for the middle of a sentence. A name from right to left is isolated, so that it keeps its own order and does
 * not change the order of the words around it. Every other name stays as it is.
 */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}` : name
}

/** Isolates every text among the values that a sentence is filled with, in arrays and objects too. */
export function withIsolatedTexts(values: unknown): unknown {
  if (typeof values === 'string') return isolated(values)
  if (Array.isArray(values)) return values.map(withIsolatedTexts)
  if (typeof values !== 'object' || values === null) return values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withIsolatedTexts(value)]))
}
