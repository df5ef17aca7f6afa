import { localMoment } from '../common/times'

/** The hours of the reader's own clock that are offered. */
const EVENING = 20
const MORNING = 9

export type Offer = 'hour' | 'evening' | 'tomorrow' | 'monday'

/** The times that are offered for a message, as ISO times, the next one first. @param now milliseconds since the epoch */
export function offeredTimes(now: number): { offer: Offer; at: string }[] {
  const today = new Date(now)
  const day = (ahead: number, hour: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + ahead, hour).toISOString()
  const untilMonday = (8 - today.getDay()) % 7 || 7
  const offers: { offer: Offer; at: string }[] = [
    { offer: 'hour', at: new Date(now + 3_600_000).toISOString() },
    { offer: 'evening', at: day(0, EVENING) },
    { offer: 'tomorrow', at: day(1, MORNING) },
    ...(untilMonday > 1 ? [{ offer: 'monday' as const, at: day(untilMonday, MORNING) }] : []),
  ]
  return offers.filter(({ offer, at }) => offer !== 'evening' || Date.parse(at) > now + 3_600_000)
}

/** The value of the browser's own field for an ISO time. */
export function fieldValue(at: string): string {
  return localMoment(Date.parse(at))
}

/** The ISO time of such a value. Null: it is missing, or over. */
export function timeOf(value: string, now: number): string | null {
  const at = new Date(value).getTime()
  return Number.isNaN(at) || at <= now ? null : new Date(at).toISOString()
}
