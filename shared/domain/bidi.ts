/** Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, NKo and the historic ones. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u
const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/**
 * A name for the middle of a sentence: one that is written from right to left keeps its own order and leaves the order
 * of the words around it alone. Every other name stays as it is.
 */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}` : name
}

/** The same for every text among the values that a sentence is filled with. */
export function withIsolatedTexts(values: unknown): unknown {
  if (typeof values === 'string') return isolated(values)
  if (Array.isArray(values)) return values.map(withIsolatedTexts)
  if (typeof values !== 'object' || values === null) return values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withIsolatedTexts(value)]))
}
