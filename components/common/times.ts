import { ref } from 'vue'
import { readerLocale } from './region'

/** The time zone of the reader. It may change while the page is open, and everything that shows a time follows it. */
const zone = ref(currentZone())

function currentZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Notices that the reader's time zone has changed. `useMinute` calls it now and then. */
export function checkTimeZone(): void {
  zone.value = currentZone()
}

/** Formatters are expensive to make and cheap to use, so one of each kind is kept. */
const kept = new Map<string, Intl.DateTimeFormat>()

function formatter(language: string, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = readerLocale(language)
  const key = `${locale} ${zone.value} ${kind}`
  let found = kept.get(key)
  if (!found) kept.set(key, (found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone.value })))
  return found
}

/** "14:05", or "2:05 pm" where people say so. */
export function clockTime(at: string, language: string): string {
  return formatter(language, 'clock', { timeStyle: 'short' }).format(new Date(at))
}

/** "Monday, 3 November, 14:05", for a tooltip. */
export function fullTime(at: string, language: string): string {
  return formatter(language, 'full', { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at))
}

/** The local day of a moment, in days since 1970: two moments of one local date have the same number. */
export function dayNumber(at: string | number): number {
  // Reading the zone makes every label of the day follow a change of it.
  if (!zone.value) return 0
  const date = new Date(at)
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000)
}

/** Days between the local dates of a moment and now: 0 today, 1 yesterday. */
export function daysAgo(at: string, now: number): number {
  return dayNumber(now) - dayNumber(at)
}

/** "Monday, November 3", with the year when it is another one. */
export function longDate(at: string, now: number, language: string): string {
  const year = yearUnlessNow(at, now)
  return formatter(language, `long${!!year}`, { weekday: 'long', day: 'numeric', month: 'long', year }).format(
    new Date(at),
  )
}

/** "2026-11-03", the local date as a date field has it. */
export function dateOf(at: string): string {
  return new Date(dayNumber(at) * 86_400_000).toISOString().slice(0, 10)
}

/** "November 2026" */
export function monthOf(at: string, language: string): string {
  return formatter(language, 'month', { month: 'long', year: 'numeric' }).format(new Date(at))
}

/** The short form for lists: the time today, the weekday this week, else the date. */
export function shortMoment(at: string, now: number, language: string): string {
  const days = daysAgo(at, now)
  if (days <= 0) return clockTime(at, language)
  if (days < 7) return formatter(language, 'weekday', { weekday: 'short' }).format(new Date(at))
  return yearUnlessNow(at, now)
    ? formatter(language, 'yearly', { dateStyle: 'short' }).format(new Date(at))
    : formatter(language, 'date', { day: 'numeric', month: 'short' }).format(new Date(at))
}

/** The short form of a future moment: "14:05" today, "4 Nov, 14:05" later. */
export function untilTime(at: string, now: number, language: string): string {
  if (daysAgo(at, now) === 0) return clockTime(at, language)
  const year = yearUnlessNow(at, now)
  const clock = { hour: 'numeric', minute: '2-digit' } as const
  return formatter(language, `until${!!year}`, { day: 'numeric', month: 'short', year, ...clock }).format(new Date(at))
}

/** A moment in the form of the browser's own field: local time, to the minute. */
export function localMoment(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function yearUnlessNow(at: string, now: number): 'numeric' | undefined {
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric'
}
