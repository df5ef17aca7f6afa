import { numberWords } from '../common/useNumbers'

const UNITS = ['B', 'kB', 'MB', 'GB'] as const

/** Formats bytes as file managers do: "842 kB", "3.2 MB". */
export function fileSize(bytes: number, locale: string): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const size = bytes / 1000 ** step
  return `${numberWords(size, locale, step > 1 && size < 100 ? 1 : 0)} ${UNITS[step]}`
}

/** "3.2 of 12 MB", by way of what `words` says. */
export function sizeOfSize(
  part: number,
  whole: number,
  locale: string,
  words: (sent: string, size: string) => string,
): string {
  const [sent, size] = [fileSize(part, locale), fileSize(whole, locale)]
  const isSameUnit = sent.split(' ')[1] === size.split(' ')[1]
  return words(isSameUnit ? sent.split(' ')[0]! : sent, size)
}

/** "1.2 MB/s" */
export function perSecond(bytes: number, locale: string): string {
  return `${fileSize(bytes, locale)}/s`
}
