/** A part of every day in which a person is not disturbed. `from` and `to` are wall-clock times there, as HH:MM. */
export interface QuietHours {
  from: string
  to: string
  /** An IANA name, such as Asia/Ho_Chi_Minh. */
  zone: string
}

/** The most clocks that are kept. There are some 600 zones with names. */
const MAX_CLOCKS = 1_000
const clocks = new Map<string, Intl.DateTimeFormat>()

/** Whether this runtime knows a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    clockOf(zone)
    return true
  } catch {
    return false
  }
}

/**
 * Whether it is quiet now. `to` itself is no longer quiet; hours that end before they begin go over midnight. The clock is
 * that of the zone, so daylight saving time moves nothing.
 * @param now milliseconds since the epoch
 */
export function isQuiet(hours: QuietHours | null, now: number): boolean {
  if (!hours || !isTimeZone(hours.zone)) return false
  const time = clockOf(hours.zone).format(now)
  const { from, to } = hours
  return from < to ? from <= time && time < to : from <= time || time < to
}

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    if (clocks.size >= MAX_CLOCKS) clocks.clear()
    clocks.set(zone, clock)
  }
  return clock
}
