import { readerLocale } from './region'

const kept = new Map<string, Intl.NumberFormat>()

/** Formats a number as the reader's region does: "1,000". @param digits the most digits behind the point */
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

/** Formats sentences with a number, and numbers on badges, for the reader's region. Called in setup. */
export function useNumbers() {
  const { t, locale } = useI18n()
  const badge = (count: number) => badgeWords(count, locale.value)
  /** A sentence with the number `n`, in the right plural form. */
  const counted = (key: string, n: number) => t(key, { n: numberWords(n, locale.value) }, n)
  return { badge, counted }
}
