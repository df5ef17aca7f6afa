/** Letters that Unicode does not take apart, as people type them on keyboards without them. */
const LETTERS: Record<string, string> = { đ: 'd', ð: 'd', ø: 'o', ł: 'l', ħ: 'h', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' }
const WORD = /[\p{L}\p{N}]+/gu
/** Scripts that put no spaces between words: any part of a word may be looked for. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
/** What is stored of one person at most. */
const MAX_KEYS = 80
/** Words of one question at most; what is typed behind them asks nothing. */
const MAX_WORDS = 8

/** Grows when `searchKeysOf` changes: people stored under an older one get their keys anew when the server starts. */
export const SEARCH_VERSION = 2

/**
 * A text as search compares it: lower case, without accents, ligatures and wide letters taken apart.
 * The same folding makes the stored keys and the question asked of them.
 */
export function fold(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
  return plain.replace(/[đðøłħıßæœþ]/g, (letter) => LETTERS[letter]!).normalize('NFC')
}

interface Named {
  username: string
  displayName: string
}

/**
 * The keys by whose beginning a person is found: each word of the name and of the username, also behind hyphens and
 * apostrophes, and without these; of Han, Kana and Hangul every end of a word, so that any part is a beginning.
 */
export function searchKeysOf({ username, displayName }: Named): string[] {
  const name = fold(displayName)
  const chunks = [fold(username), ...name.split(/\s+/)]
  if (UNSPACED.test(name)) chunks.push(name.replace(/\s+/g, ''))
  const words = chunks.flatMap((chunk) => {
    const parts = chunk.match(WORD) ?? []
    return parts.length > 1 ? [...parts, parts.join('')] : parts
  })
  const keys = words.flatMap((word) => [word, ...endsOf(word)])
  // A name without a word, of emoji alone.
  if (!name.match(WORD)) keys.push(name)
  return [...new Set(keys)].slice(0, MAX_KEYS)
}

function endsOf(word: string): string[] {
  if (!UNSPACED.test(word)) return []
  const characters = [...word]
  return characters.flatMap((character, at) => (at > 0 && UNSPACED.test(character) ? [characters.slice(at).join('')] : []))
}

/** The words of what was typed, the longest first: each must begin a key of a person. None for an empty question. */
export function searchWordsOf(typed: string): string[] {
  const question = fold(typed).trim()
  const words = question.match(WORD) ?? (question ? [question] : [])
  return [...new Set(words)].slice(0, MAX_WORDS).toSorted((one, other) => other.length - one.length)
}

/** Whether a person is found by what was typed. An empty question finds everyone. */
export function matchesPerson(person: Named, typed: string): boolean {
  const keys = searchKeysOf(person)
  return searchWordsOf(typed).every((word) => keys.some((key) => key.startsWith(word)))
}
