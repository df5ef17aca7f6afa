import type { User } from '#shared/schemas/account'
import { usePresenceStore } from '~/stores/presence'
import { useMinute } from './useMinute'
import { clockTime, daysAgo, shortMoment } from './times'

/** Whether somebody is here, and since when not. Empty words while nobody knows. */
export function useLastSeen(user: () => User | null | undefined) {
  const { t, locale } = useI18n()
  const presence = usePresenceStore()
  const now = useMinute()

  const known = computed(() => presence.byId[user()?.id ?? ''])
  const online = computed(() => known.value?.online === true)

  const words = computed(() => {
    if (online.value) return t('presence.online')
    const at = known.value?.lastSeenAt ?? user()?.lastSeenAt
    if (!at) return known.value ? t('presence.offline') : ''
    const minutes = Math.floor((now.value - Date.parse(at)) / 60_000)
    if (minutes < 1) return t('presence.justNow')
    if (minutes < 60) return t('presence.minutesAgo', { n: minutes }, minutes)
    const days = daysAgo(at, now.value)
    if (days > 1) return t('presence.on', { when: shortMoment(at, now.value, locale.value) })
    return t(days === 0 ? 'presence.today' : 'presence.yesterday', { time: clockTime(at, locale.value) })
  })

  return { online, words }
}
