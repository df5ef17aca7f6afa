import type { UploadState } from '~/stores/uploads'
import { perSecond, sizeOfSize } from './sizes'

const FAILED = new Set(['TOO_LARGE', 'FORBIDDEN', 'NOT_FOUND', 'INVALID', 'UNAVAILABLE'])

/** Puts the state of uploads into one line. Several uploads are summed up. */
export function useUploadWords() {
  const { t, te, locale } = useI18n()

  function left(seconds: number): string {
    if (seconds < 60) return t('file.secondsLeft', { n: Math.max(1, Math.ceil(seconds)) })
    if (seconds < 3_600) return t('file.minutesLeft', { n: Math.ceil(seconds / 60) })
    return t('file.hoursLeft', { n: Math.ceil(seconds / 3_600) })
  }

  return function words(uploads: readonly UploadState[]): string {
    const failed = uploads.find(({ state }) => state === 'failed')
    if (failed?.reason && te(`issue.${failed.reason}`)) return t(`issue.${failed.reason}`)
    if (failed) return t(`file.failed.${FAILED.has(failed.error ?? '') ? failed.error : 'other'}`)
    const lost = uploads.find(({ state }) => state === 'needsFile')
    if (lost) return t(lost.canReopen ? 'file.openAgain' : 'file.chooseAgain')
    const sum = (of: (upload: UploadState) => number) => uploads.reduce((all, upload) => all + of(upload), 0)
    const [gone, whole] = [sum(({ sent }) => sent), sum(({ size }) => size)]
    const amount = sizeOfSize(gone, whole, locale.value, (sent, size) => t('file.sentOf', { sent, size }))
    const is = (state: UploadState['state']) => uploads.some((upload) => upload.state === state)
    if (is('sending')) {
      const speed = sum((upload) => upload.speed)
      if (speed === 0) return amount
      const rest = sum(({ size, sent }) => size - sent) / speed
      return `${amount} · ${perSecond(speed, locale.value)} · ${left(rest)}`
    }
    if (is('completing')) return t('file.completing')
    if (is('paused')) return `${t('file.paused')} · ${amount}`
    return is('waiting') ? t('file.waiting') : ''
  }
}
