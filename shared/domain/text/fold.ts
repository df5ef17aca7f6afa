/** Letters that Unicode does not decompose, and what people type instead on keyboards that lack them. */
const LETTERS: Record<string, string> = {
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  // Only the form of sigma at the end of a word. Without it, a letter would depend on what follows.
  ς: 'σ',
}

/** Scripts without spaces between words, and Hangul, where endings are joined to words. People search for any part. */
const UNSPACED_SCRIPTS = ['Han', 'Hira', 'Kana', 'Hang', 'Thai', 'Laoo', 'Khmr', 'Mymr']
const unspaced = `(?=\\p{L}|\\p{Nl}|\\p{No})[${UNSPACED_SCRIPTS.map((name) => `\\p{Script_Extensions=${name}}`).join('')}]`

/** A letter of a script in which people search for any part of a word. */
export const UNSPACED = new RegExp(unspaced, 'u')

/** What can be searched for in a folded text: runs of unspaced letters, other words, and emoji. */
export const TOKEN = new RegExp(`(?:${unspaced})+|(?:(?!${unspaced})[\\p{L}\\p{N}])+|\\p{Extended_Pictographic}`, 'gu')

/**
 * Folds a text for search: lower case, without accents, with ligatures and wide letters decomposed. Stored keys and
 * typed words are folded alike.
 */
export function fold(text: string): string {
  // oxlint-disable-next-line no-control-regex -- most texts are ASCII, and need one step only
  if (/^[\x00-\x7F]*$/.test(text)) return text.toLowerCase()
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
  return plain.replace(/[đðøłħıßæœþς]/g, (letter) => LETTERS[letter]!).normalize('NFC')
}

/** A folded text, and for each of its code units where the letter that it comes from begins and ends in the original. */
export interface FoldedText {
  text: string
  starts: number[]
  ends: number[]
}

/** Folds a text letter by letter, so that what is found in it can be shown in the original. */
export function foldWithPositions(original: string): FoldedText {
  const folded: FoldedText = { text: '', starts: [], ends: [] }
  for (const { 0: letter, index } of original.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    const text = fold(letter)
    folded.text += text
    for (let unit = 0; unit < text.length; unit++) {
      folded.starts.push(index)
      folded.ends.push(index + letter.length)
    }
  }
  return folded
}
