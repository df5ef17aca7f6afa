import { useLocalStorage, usePermission } from '@vueuse/core'

export type NotificationPermissionState = 'default' | 'granted' | 'denied' | 'missing'

/** Whether this browser may show notifications, and whether the person has put the question off. */
export function useNotificationPermission() {
  const read = (): NotificationPermissionState => ('Notification' in window ? Notification.permission : 'missing')
  const state = useState<NotificationPermissionState>('notification-permission', read)
  /** Told by the browser, also when another tab was asked. */
  const answer = usePermission('notifications')
  watch(answer, () => (state.value = read()))
  const putOff = useLocalStorage('webchat.notificationsPutOff', false)

  /** Asks the browser, which asks the person. Called after they have pressed something. */
  async function ask(): Promise<void> {
    await Notification.requestPermission()
    state.value = read()
  }

  return { state, putOff, ask }
}
