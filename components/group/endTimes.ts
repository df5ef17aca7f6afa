import { untilTime } from '../common/times'

/** The choices for the end of something. `custom` is a moment of the reader's own clock. */
export type Ends = 'hour' | 'day' | 'week' | 'never' | 'custom'
export const ENDS: readonly Ends[] = ['hour', 'day', 'week', 'never', 'custom']

const HOURS: Partial<Record<Ends, number>> = { hour: 1, day: 24, week: 24 * 7 }

/** The end as an ISO time. Null: never. Undefined: the moment is missing or over. */
export function endOf(ends: Ends, custom: string, now: number): string | null | undefined {
  if (ends === 'never') return null
  const at = ends === 'custom' ? new Date(custom).getTime() : now + HOURS[ends]! * 3_600_000
  return Number.isNaN(at) || at <= now ? undefined : new Date(at).toISOString()
}

/** "until 14:05", or "for good". */
export function useUntil() {
  const { t, locale } = useI18n()
  return (until: string | null, now: number) =>
    until ? t('until.at', { when: untilTime(until, now, locale.value) }) : t('until.never')
}
