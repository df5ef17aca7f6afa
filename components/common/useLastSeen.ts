import type { User } from '#shared/schemas/account'
import { usePresenceStore } from '~/stores/presence'
import { useMinute } from './useMinute'
import { clockTime, daysAgo, shortMoment } from './times'

/** Follows whether somebody is online, while the component is on screen. Undefined: nobody is followed. */
export function useOnline(userId: () => string | undefined) {
  const presence = usePresenceStore()
  onMounted(() => {
    watch(
      userId,
      (id, _before, onCleanup) => {
        if (id) onCleanup(presence.watch([id]))
      },
      { immediate: true },
    )
  })
  return computed(() => presence.byId[userId() ?? '']?.online === true)
}

/**
 * Follows whether somebody is online, and puts it into words, with when they were last seen. The words are empty while
 * nothing is known.
 */
export function useLastSeen(user: () => User | null | undefined) {
  const { t, locale } = useI18n()
  const presence = usePresenceStore()
  const now = useMinute()

  const online = useOnline(() => user()?.id)
  const known = computed(() => presence.byId[user()?.id ?? ''])

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
