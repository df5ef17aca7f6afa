import { until, useDocumentVisibility, useWindowFocus } from '@vueuse/core'
import { concerns, notificationFor, type Screen } from '#shared/domain/notification'
import { DEFAULT_NOTIFICATIONS } from '#shared/schemas/notifications'
import type { Message } from '#shared/schemas/message'
import { Leadership } from '~/client/leadership'
import { useNotificationPermission } from '~/composables/useNotificationPermission'
import { useArrivals } from '~/stores/arrivals'
import { useClock } from '~/stores/clock'
import { useConversationsStore } from '~/stores/conversations'
import { useSessionStore } from '~/stores/session'
import { useTab } from '~/stores/tab'
import { chatsOnScreen, holdScreen } from './screens'
import { playSound } from './sounds'
import { useBanners } from './useBanners'
import { usePushes } from './usePushes'

/** Milliseconds in which the chat of a first message becomes known. */
const KNOWN_WITHIN_MS = 10_000
/** What the rule calls this browser. It knows of no other device. */
const HERE = 'here'

/**
 * Tells of messages that arrive. One tab of the browser does it for all of them.
 * @param onFirst called for each message of others that arrives in this tab
 */
export function useNotifier(onFirst: () => void) {
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const clock = useClock()
  const permission = useNotificationPermission()
  const banners = useBanners()
  const visibility = useDocumentVisibility()
  const focused = useWindowFocus()
  const leadership = new Leadership(useTab().client().environment, 'webchat-notifier', () => {})
  onScopeDispose(() => leadership.close())

  /** The chat that is on screen in front of the reader. */
  const onScreen = computed(() => (visibility.value === 'visible' && focused.value ? conversations.openId : null))
  holdScreen(() => onScreen.value)
  usePushes(
    () => onScreen.value,
    () => visibility.value === 'visible',
  )

  async function notify(message: Message): Promise<void> {
    const me = session.me
    if (!me || message.senderId === me.id || message.kind !== 'text') return
    onFirst()
    if (!leadership.leads) return
    const find = () => conversations.byId[message.conversationId]
    const [chats, conversation] = await Promise.all([
      chatsOnScreen(onScreen.value),
      find() ?? until(find).toMatch((found) => found !== undefined, { timeout: KNOWN_WITHIN_MS }),
    ])
    if (!conversation) return
    const screens = [null, ...chats].map((conversationId): Screen => ({
      device: HERE,
      conversationId,
      canNotify: true,
    }))
    const receiver = { id: me.id, settings: me.notifications ?? DEFAULT_NOTIFICATIONS }
    const level = notificationFor({ message, receiver, chat: conversation, screens, device: HERE, now: clock.now() })
    if (level !== 'banner' && level !== 'sound') return
    if (permission.state.value === 'granted') await banners.show(conversation, message)
    const isMine = conversation.kind === 'direct' || concerns(message, me.id, conversation.me.follows)
    if (level === 'sound') await playSound(isMine ? 'mention' : 'message')
  }

  onScopeDispose(useArrivals().on((message) => void notify(message)))
}
