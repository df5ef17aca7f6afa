import { fold, UNSPACED } from './text/fold'

const WORD = /[\p{L}\p{N}]+/gu
/** The most search keys of one person. */
const MAX_KEYS = 80
/** The most words of a search. Further words are ignored. */
const MAX_WORDS = 8

/**
 * The version of `searchKeysOf`. When it grows, the next start of the server recomputes the stored keys of everyone.
 */
export const SEARCH_VERSION = 3

interface Named {
  username: string
  displayName: string
}

/**
 * The search keys of a person. A search matches the beginning of a key. The keys are the words of the display name and
 * the username, including the parts after hyphens and apostrophes, and the words without these. Of words in Han, Kana
 * and Hangul every ending is a key, so that any part of them can be found.
 */
export function searchKeysOf({ username, displayName }: Named): string[] {
  const name = fold(displayName)
  const chunks = [fold(username), ...name.split(/\s+/)]
  if (UNSPACED.test(name)) chunks.push(name.replace(/\s+/g, ''))
  const words = chunks.flatMap((chunk) => {
    const parts = chunk.match(WORD) ?? []
    return parts.length > 1 ? [...parts, parts.join('')] : parts
  })
  const keys = words.flatMap((word) => [word, ...endingsOf(word)])
  // The name has no words, for example because it is only emoji.
  if (!name.match(WORD)) keys.push(name)
  return [...new Set(keys)].slice(0, MAX_KEYS)
}

function endingsOf(word: string): string[] {
  if (!UNSPACED.test(word)) return []
  const characters = [...word]
  return characters.flatMap((character, at) =>
    at > 0 && UNSPACED.test(character) ? [characters.slice(at).join('')] : [],
  )
}

/** The words of a typed search, the longest first. A person matches if each word begins one of their keys. */
export function searchWordsOf(typed: string): string[] {
  const search = fold(typed).trim()
  const words = search.match(WORD) ?? (search ? [search] : [])
  return [...new Set(words)].slice(0, MAX_WORDS).toSorted((one, other) => other.length - one.length)
}

/** Whether a person matches a typed search. An empty search matches everyone. */
export function matchesPerson(person: Named, typed: string): boolean {
  const keys = searchKeysOf(person)
  return searchWordsOf(typed).every((word) => keys.some((key) => key.startsWith(word)))
}
