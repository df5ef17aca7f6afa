import { describe, expect, it } from 'vitest'
import { numberWords } from '~/components/common/useNumbers'
import { readerLocale, regionalLocale } from '~/components/common/region'
import { clockTime, daysAgo, longDate, shortMoment, untilTime } from '~/components/common/times'

const AT = '2026-03-05T14:07:00Z'
const NOW = Date.parse('2026-11-30T09:00:00Z')

/** What a reader sees whose browser prefers these languages. */
function reader(...languages: string[]) {
  Object.defineProperty(globalThis, 'navigator', { value: { languages }, configurable: true })
}

describe('the locale of dates and numbers', () => {
  it.each([
    ['en', ['en-GB', 'en-US'], 'en-GB'],
    ['en', ['de-DE', 'en-US'], 'en-US'],
    ['en', ['de-DE', 'de'], 'en-DE'],
    ['vi', ['en-US', 'vi'], 'vi-US'],
    ['vi', ['vi-VN'], 'vi-VN'],
    ['en', ['en'], 'en'],
    ['en', [], 'en'],
    ['en', ['not a locale!', 'fr-CA'], 'en-CA'],
  ])('is %s for the browser languages %j: %s', (language, preferred, locale) => {
    expect(regionalLocale(language, preferred)).toBe(locale)
  })
})

describe('times', () => {
  it('are shown in 12 or 24 hours, with day or month first, as in the reader’s region', () => {
    reader('en-US')
    expect(readerLocale('en')).toBe('en-US')
    expect(clockTime(AT, 'en')).toMatch(/^\d?\d:07\s(AM|PM)$/)
    expect(longDate(AT, NOW, 'en')).toBe('Thursday, March 5')
    expect(untilTime(AT, NOW, 'en')).toMatch(/^Mar 5, \d?\d:07\s(AM|PM)$/)
    reader('en-GB')
    expect(clockTime(AT, 'en')).toMatch(/^\d\d:07$/)
    expect(longDate(AT, NOW, 'en')).toBe('Thursday 5 March')
    reader('de-DE')
    expect(clockTime(AT, 'en')).toMatch(/^\d\d:07$/)
    expect(shortMoment('2024-03-05T12:00:00Z', NOW, 'en')).toBe('05/03/2024')
    reader('vi-VN')
    expect(clockTime(AT, 'vi')).toMatch(/^\d\d:07$/)
    expect(longDate(AT, NOW, 'vi')).toBe('Thứ Năm, 5 tháng 3')
  })

  it('count days by the local date, also where the clock is put forward', () => {
    const day = 86_400_000
    const noon = new Date(2026, 2, 29, 12).getTime()
    expect(daysAgo(new Date(2026, 2, 29, 0, 1).toISOString(), noon)).toBe(0)
    expect(daysAgo(new Date(2026, 2, 28, 23, 59).toISOString(), noon)).toBe(1)
    expect(daysAgo(new Date(noon + day).toISOString(), noon)).toBe(-1)
  })
})

describe('numbers', () => {
  it('have the separators of the reader’s region', () => {
    reader('en-US')
    expect(numberWords(12_345, 'en')).toBe('12,345')
    reader('de-DE')
    expect(numberWords(12_345, 'en')).toBe('12.345')
    expect(numberWords(1.5, 'en', 1)).toBe('1,5')
  })
})
