import { fold, TOKEN, UNSPACED } from '../text/fold'

/**
 * One thing that a searched message must have: a word, a word that begins so (`start`), or a `part` of a run of letters
 * that are written without spaces.
 */
export interface Term {
  kind: 'word' | 'start' | 'part'
  text: string
}

/** The most characters of a word in the index. What is longer is found by its beginning, and then compared in full. */
const MAX_KEY_CHARACTERS = 32

/** The terms of a typed text. The last word is a beginning, because people look at the results while they type. */
export function termsOf(typed: string): Term[] {
  const tokens = fold(typed).match(TOKEN) ?? []
  return tokens.map((text, index) => {
    if (isPart(text)) return { kind: 'part', text }
    return { kind: index === tokens.length - 1 ? 'start' : 'word', text }
  })
}

/** The words of a text that is already folded, as a message is searched by them. */
export function wordsOf(folded: string): string[] {
  return folded.match(TOKEN) ?? []
}

/** The keys of a word in the index: the word, or of a run of letters without spaces, each letter and each pair of neighbours. */
export function keysOfWord(word: string): string[] {
  if (isPart(word)) {
    const letters = [...word]
    return letters.flatMap((letter, at) => (at > 0 ? [letter, letters[at - 1]! + letter] : [letter]))
  }
  return [keyOf(word)]
}

/** What the index keeps of a word. It is never cut inside a letter. */
function keyOf(word: string): string {
  if (word.length <= MAX_KEY_CHARACTERS) return word
  const isSplit = word.codePointAt(MAX_KEY_CHARACTERS - 1)! > 0xffff
  return word.slice(0, MAX_KEY_CHARACTERS - (isSplit ? 1 : 0))
}

/** What the index can tell of a term: keys that must all be there, and perhaps the beginning of a key. */
export interface Lookup {
  keys: string[]
  start?: string
}

/** How to look a term up. */
export function lookupOf({ kind, text }: Term): Lookup {
  if (kind === 'word') return { keys: [keyOf(text)] }
  if (kind === 'start') return { keys: [], start: keyOf(text) }
  const letters = [...text]
  return { keys: letters.length === 1 ? letters : letters.slice(1).map((letter, at) => letters[at]! + letter) }
}

/** The first letter of the scripts without spaces. The test of letters below it would find none, and take longer. */
const FIRST_UNSPACED = 0x0e00

function isPart(token: string): boolean {
  return token.charCodeAt(0) >= FIRST_UNSPACED && UNSPACED.test(token)
}
