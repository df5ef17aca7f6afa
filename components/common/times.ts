/** Formatters are costly to make and cheap to use, so one of each kind is kept a language. */
const kept = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: string, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${kind}`
  let found = kept.get(key)
  if (!found) kept.set(key, (found = new Intl.DateTimeFormat(locale, options)))
  return found
}

/** "14:05" */
export function clockTime(at: string, locale: string): string {
  return formatter(locale, 'clock', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))
}

/** "Monday, 3 November, 14:05", for a tooltip. */
export function fullTime(at: string, locale: string): string {
  return formatter(locale, 'full', { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' }).format(new Date(at))
}

/** Days between the local dates of a moment and now: 0 today, 1 yesterday. */
export function daysAgo(at: string, now: number): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000)
}

/** "Monday, November 3", with the year when it is another one. */
export function longDate(at: string, now: number, locale: string): string {
  const otherYear = new Date(at).getFullYear() !== new Date(now).getFullYear()
  const year = otherYear ? ({ year: 'numeric' } as const) : {}
  return formatter(locale, `long${otherYear}`, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(
    new Date(at),
  )
}

/** As narrow as a list needs it: the time today, the weekday this week, else the date. */
export function shortMoment(at: string, now: number, locale: string): string {
  const days = daysAgo(at, now)
  if (days <= 0) return clockTime(at, locale)
  if (days < 7) return formatter(locale, 'weekday', { weekday: 'short' }).format(new Date(at))
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? formatter(locale, 'date', { day: 'numeric', month: 'short' }).format(new Date(at))
    : formatter(locale, 'yearly', { dateStyle: 'short' }).format(new Date(at))
}

/** A moment to come, as short as it can be said: "14:05" today, "4 Nov, 14:05" later. */
export function untilTime(at: string, now: number, locale: string): string {
  if (daysAgo(at, now) === 0) return clockTime(at, locale)
  const otherYear = new Date(at).getFullYear() !== new Date(now).getFullYear()
  const year = otherYear ? ({ year: 'numeric' } as const) : {}
  const day = { day: 'numeric', month: 'short', ...year } as const
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return formatter(locale, `until${otherYear}`, { ...day, ...clock }).format(new Date(at))
}
