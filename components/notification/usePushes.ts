import { useMediaQuery } from '@vueuse/core'
import { useMessageLink } from '~/composables/useWantedMessage'
import { useNotificationPermission } from '~/composables/useNotificationPermission'
import { useSessionStore } from '~/stores/session'
import { useConnectionStore } from '~/stores/sync/connection'
import { useTab } from '~/stores/tab'
import { onPushOpened, subscribeToPushes } from './pushing'

/**
 * Subscribes this browser to pushes once notifications are allowed, and keeps the server informed of what makes them
 * needless: the chat on screen, and a page that notifies by itself.
 */
export function usePushes(onScreen: () => string | null, visible: () => boolean) {
  const { locale } = useI18n()
  const client = useTab().client()
  const session = useSessionStore()
  const connection = useConnectionStore()
  const { state } = useNotificationPermission()
  const goTo = useMessageLink()
  /** Phones freeze pages in the background, so there only pushes are sure to be noticed. */
  const isPhone = useMediaQuery('(hover: none) and (pointer: coarse)')

  watch(
    () => state.value === 'granted' && session.me !== null && locale.value,
    (language) => {
      if (!language) return
      // Without pushes, open pages still notify. The next page tries again.
      subscribeToPushes(client, language === 'vi' ? 'vi' : 'en').catch(() => {})
    },
    { immediate: true },
  )

  watch(
    () => ({
      isOpen: connection.isOpen,
      conversationId: onScreen(),
      canNotify: state.value === 'granted' && (visible() || !isPhone.value),
    }),
    ({ isOpen, ...screen }) => {
      // After a loss it is said again, with the next opening.
      if (isOpen) client.socket.request('screen.set', screen).catch(() => {})
    },
    { immediate: true },
  )

  onScopeDispose(onPushOpened((conversationId, seq) => void goTo(conversationId, seq)))
}
