/** A pace of slow mode in words. */
export function usePace() {
  const { t } = useI18n()
  return function pace(seconds: number): string {
    if (seconds === 0) return t('slowMode.off')
    if (seconds < 60 || seconds % 60 > 0) return t('slowMode.seconds', { n: seconds }, seconds)
    if (seconds < 3600 || seconds % 3600 > 0) return t('slowMode.minutes', { n: seconds / 60 }, seconds / 60)
    return t('slowMode.hours', { n: seconds / 3600 }, seconds / 3600)
  }
}
