import { daysAgo, longDate } from '../common/times'
import { useMinute } from '../common/useMinute'

/** Names the day of a moment: "Today", "Monday, November 3". */
export function useDayWords() {
  const { t, locale } = useI18n()
  const now = useMinute()

  return function dayWords(at: string): string {
    const days = daysAgo(at, now.value)
    return days === 0 ? t('day.today') : days === 1 ? t('day.yesterday') : longDate(at, now.value, locale.value)
  }
}
