/**
 * The form of a password that is hashed, so that every keyboard gives the same (the OpaqueString profile of RFC 8265):
 * NFC, and one kind of space. Nothing else changes, in particular neither case nor spaces at the ends.
 */
export function preparePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}

/** 0 too short · 1 weak · 2 fair · 3 good · 4 strong */
export type PasswordStrength = 0 | 1 | 2 | 3 | 4

/** Passwords of a lower strength are refused. */
export const MIN_STRENGTH = 2
/** The characters of the shortest allowed password. */
const MIN_CHARACTERS = 8

/** The bits of entropy of a choice among the 49,000 most common passwords. */
const WORD_BITS = 15.6
const MAX_WORD_LENGTH = 24
/** Characters that people use instead of letters, which guessers undo. */
const DISGUISES: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/**
 * Estimates how hard a password is to guess. Guessers try words and names before letters, so a common password counts
 * as one choice, however long it is. The person's own names and repetitions count as hardly anything, and "aaa", "abc"
 * and "321" as their first character.
 * @param ownNames the person's email, username and display name
 * @param common the most common passwords, in lower case
 */
export function passwordStrength(
  password: string,
  ownNames: readonly string[],
  common: ReadonlySet<string>,
): PasswordStrength {
  const characters = [...preparePassword(password)]
  if (characters.length < MIN_CHARACTERS) return 0
  const bits = guessBits(characters, namesIn(ownNames), common)
  if (bits < 36) return 1
  if (bits < 50) return 2
  return bits < 70 ? 3 : 4
}

function guessBits(characters: string[], names: ReadonlySet<string>, common: ReadonlySet<string>): number {
  const letters = characters.map((character) => character.toLowerCase())
  const plain = letters.map((letter) => DISGUISES[letter] ?? letter)
  const seen = new Set<string>()
  const single: string[] = []
  let bits = 0
  for (let at = 0; at < characters.length;) {
    const length = wordLength(letters, at, names, common) || wordLength(plain, at, names, common)
    const word = plain.slice(at, at + length).join('')
    if (length > 0)
      bits += seen.has(word) ? 1 : names.has(word) || names.has(letters.slice(at, at + length).join('')) ? 2 : WORD_BITS
    else if (!continuesRun(characters, at)) single.push(characters[at]!)
    seen.add(word)
    at += length || 1
  }
  return bits + Math.min(single.length, new Set(single).size * 2) * Math.log2(alphabetOf(characters.join('')))
}

/** The length of the longest name (of 3 or more) or common password (of 4 or more) that begins at an index; 0: none. */
function wordLength(letters: string[], at: number, names: ReadonlySet<string>, common: ReadonlySet<string>): number {
  for (let length = Math.min(MAX_WORD_LENGTH, letters.length - at); length >= 3; length--) {
    const word = letters.slice(at, at + length).join('')
    if (names.has(word) || (length >= 4 && common.has(word))) return length
  }
  return 0
}

function namesIn(ownNames: readonly string[]): Set<string> {
  const words = ownNames.flatMap((name) => [name, ...name.split(/[\s@._-]+/)])
  return new Set(
    ['webchat', ...words].map((word) => preparePassword(word).toLowerCase()).filter((word) => word.length >= 3),
  )
}

function alphabetOf(text: string): number {
  const sizes: [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[^a-zA-Z\d]/, 33],
  ]
  return sizes.reduce((sum, [letters, size]) => sum + (letters.test(text) ? size : 0), 0)
}

/** Whether a character only continues a run such as "aaa", "abc" or "321". */
function continuesRun(characters: string[], at: number): boolean {
  const before = characters[at - 1]
  return before !== undefined && Math.abs(characters[at]!.codePointAt(0)! - before.codePointAt(0)!) <= 1
}
