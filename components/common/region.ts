/**
 * The locale of dates, times and numbers: the words of the chosen language with the habits of the reader's region
 * (12 or 24 hours, order of day and month, separators of thousands).
 * @param language the language of the page, such as "en"
 * @param preferred what the browser prefers, the most wanted first, such as ["en-GB", "de"]
 * @returns a BCP 47 locale, such as "en-DE"
 */
export function regionalLocale(language: string, preferred: readonly string[]): string {
  const locales = preferred.flatMap(parsed)
  // A preferred locale of the same language tells best which variant the reader uses.
  const chosen =
    locales.find((locale) => locale.language === language && locale.region) ?? locales.find(({ region }) => region)
  return chosen?.region ? new Intl.Locale(language, { region: chosen.region }).toString() : language
}

function parsed(tag: string): Intl.Locale[] {
  try {
    return [new Intl.Locale(tag)]
  } catch {
    return []
  }
}

/** The same for the reader of this page. */
export function readerLocale(language: string): string {
  return regionalLocale(language, typeof navigator === 'undefined' ? [] : navigator.languages)
}
