import { useClock } from '~/stores/clock'
import { useScheduledStore } from '~/stores/scheduled'
import { useAttempt } from '../common/useAttempt'
import { untilTime } from '../common/times'
import { useToasts } from '../common/useToasts'

/** Writes what is in the composer for later. @param done called when it is scheduled */
export function useSchedule(conversationId: () => string, done: () => void) {
  const { t, locale } = useI18n()
  const { toast } = useToasts()
  const clock = useClock()
  const scheduled = useScheduledStore()
  const { pending, attempt } = useAttempt({ INVALID: 'schedule.tooFar' })
  const open = ref(false)

  /** @returns whether it is scheduled */
  async function add(text: string, at: string, replyToId: string | null): Promise<boolean> {
    if (!(await attempt(() => scheduled.add(conversationId(), text, at, replyToId)))) return false
    open.value = false
    toast(t('schedule.done', { when: untilTime(at, clock.now(), locale.value) }))
    done()
    return true
  }

  return { open, pending, add }
}
