import { LIMITS } from '../../limits'
import { isVisible, settled, withoutInvisible } from './clean'
import { byteLength, cutToBytes, graphemes } from './graphemes'
import { boundMarks } from './marks'

/** The extension of a file name, with its dot. */
const EXTENSION = /\.[^.\s]{1,16}$/u

/**
 * Makes a file name safe to store, show and download. Path separators become `_` and line breaks become spaces. Control
 * characters are removed, and so are changes of the direction, which make `gpj.exe` look like `exe.jpg`. It is cut to
 * `LIMITS.fileNameBytes`, between graphemes, and keeps its extension. Cleaning again changes nothing.
 */
export function cleanFileName(name: string): string {
  const plain = settled(name.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(/[/\\]/g, '_'), (text) =>
    boundMarks(withoutInvisible(text)).trim(),
  )
  if (!isVisible(plain) || /^\.+$/.test(plain)) return 'file'
  const extension = EXTENSION.exec(plain)?.[0] ?? ''
  return (
    cutToBytes(plain.slice(0, plain.length - extension.length), LIMITS.fileNameBytes - byteLength(extension)) +
    extension
  )
}

/** How many graphemes at the end of a shortened name stay, so that the extension can be seen. */
const TAIL = 10
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u

/**
 * A file name for a narrow space. If it does not fit, its middle is left out, between graphemes.
 * @param columns how many letters fit; Han, Kana, Hangul and emoji take two
 */
export function shortFileName(name: string, columns: number): string {
  const characters = graphemes(name)
  const width = (some: readonly string[]) => some.reduce((sum, one) => sum + (WIDE.test(one) ? 2 : 1), 0)
  if (width(characters) <= columns) return name
  const tail = characters.slice(-TAIL)
  let end = characters.length - TAIL
  let columnsLeft = columns - width(tail) - 1 - width(characters.slice(0, end))
  while (end > 0 && columnsLeft < 0) columnsLeft += width([characters[--end]!])
  return `${characters.slice(0, end).join('')}…${tail.join('')}`
}
