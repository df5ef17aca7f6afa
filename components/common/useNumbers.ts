import { readerLocale } from './region'

const kept = new Map<string, Intl.NumberFormat>()

/** "1,000", as the reader's region writes it. @param digits behind the point, at most */
export function numberWords(value: number, language: string, digits = 0): string {
  const locale = readerLocale(language)
  const key = `${locale} ${digits}`
  let found = kept.get(key)
  if (!found) kept.set(key, (found = new Intl.NumberFormat(locale, { maximumFractionDigits: digits })))
  return found.format(value)
}

/** A number on a badge: "12", "999+". */
function badgeWords(count: number, language: string): string {
  return count > 999 ? `${numberWords(999, language)}+` : numberWords(count, language)
}

/** Sentences with a number in them, and numbers on badges, as the reader's region writes them. Called in setup. */
export function useNumbers() {
  const { t, locale } = useI18n()
  const badge = (count: number) => badgeWords(count, locale.value)
  /** The form of a sentence for a number `n`, which it shows. */
  const counted = (key: string, n: number) => t(key, { n: numberWords(n, locale.value) }, n)
  return { badge, counted }
}
