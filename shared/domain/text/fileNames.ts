import { LIMITS } from '../../limits'
import { isVisible, settled, withoutInvisible } from './clean'
import { byteLength, cutToBytes, graphemes } from './graphemes'
import { boundMarks } from './marks'

/** The end of a name that says what the file is. */
const ENDING = /\.[^.\s]{1,16}$/u

/**
 * A file's name that is safe to keep, show and save, and otherwise as it was given: signs that part folders become `_`,
 * line breaks spaces; control characters and what turns the reading direction go (it makes `gpj.exe` look like
 * `exe.jpg`). At most 255 bytes, cut between graphemes, with the ending kept. Cleaning again changes nothing.
 */
export function cleanFileName(name: string): string {
  const plain = settled(name.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(/[/\\]/g, '_'), (text) =>
    boundMarks(withoutInvisible(text)).trim(),
  )
  if (!isVisible(plain) || /^\.+$/.test(plain)) return 'file'
  const ending = ENDING.exec(plain)?.[0] ?? ''
  return cutToBytes(plain.slice(0, plain.length - ending.length), LIMITS.fileNameBytes - byteLength(ending)) + ending
}

/** Graphemes of a name's end that stay, with the ending that says what the file is. */
const TAIL = 10
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u

/**
 * A file's name where there is little room: whole where it fits, else without its middle, never without a part of a
 * character.
 * @param columns how many letters there is room for; Han, Kana, Hangul and emoji take two
 */
export function shortFileName(name: string, columns: number): string {
  const characters = graphemes(name)
  const width = (some: readonly string[]) => some.reduce((sum, one) => sum + (WIDE.test(one) ? 2 : 1), 0)
  if (width(characters) <= columns) return name
  const tail = characters.slice(-TAIL)
  let end = characters.length - TAIL
  let left = columns - width(tail) - 1 - width(characters.slice(0, end))
  while (end > 0 && left < 0) left += width([characters[--end]!])
  return `${characters.slice(0, end).join('')}…${tail.join('')}`
}
