import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { useMessageLink } from '~/composables/useWantedMessage'
import { useConversationsStore } from '~/stores/conversations'
import { usePeopleStore } from '~/stores/people'
import { useSessionStore } from '~/stores/session'
import { titleOf } from '../common/conversationTitle'
import { useFaces } from '../common/useFaces'
import { useBrief } from '../file/useFileWords'
import { initialsPicture } from './drawings'

/** Desktop notifications: one a chat, which a later message replaces. It goes when its message is read or gone. */
export function useBanners() {
  const { t } = useI18n()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const goTo = useMessageLink()
  const brief = useBrief()
  const people = usePeopleStore()
  const face = useFaces(() => [])
  const shown = shallowReactive(new Map<string, { notification: Notification; seq: number }>())

  async function show(conversation: Conversation, message: Message): Promise<void> {
    if (message.senderId) await people.ensure([message.senderId])
    const { id, label, url } = face(message.senderId)
    const text = brief(message)
    const isHidden = session.me?.notifications?.pushText === false
    const words = conversation.peer ? text : t('message.announced', { sender: label, text })
    const options = {
      body: isHidden ? t('notifications.newMessage') : words,
      icon: isHidden ? undefined : (url ?? (await initialsPicture(id, label))),
      tag: conversation.id,
      renotify: true,
      // The sound is our own, and can be turned off.
      silent: true,
    }
    const title = isHidden ? t('app.name') : titleOf(conversation)
    const notification = create(title, options)
    if (!notification) {
      const worker = await navigator.serviceWorker.ready
      return worker.showNotification(title, { ...options, data: { conversationId: conversation.id, seq: message.seq } })
    }
    notification.addEventListener('click', () => {
      window.focus()
      notification.close()
      void goTo(conversation.id, message.seq)
    })
    notification.addEventListener('close', () => {
      if (shown.get(conversation.id)?.notification === notification) shown.delete(conversation.id)
    })
    shown.set(conversation.id, { notification, seq: message.seq })
  }

  watchEffect(() => {
    for (const [id, { notification, seq }] of shown)
      if ((conversations.byId[id]?.me.lastReadSeq ?? Infinity) >= seq) notification.close()
  })
  onScopeDispose(() => {
    for (const { notification } of shown.values()) notification.close()
  })

  return { show }
}

/** Null: this browser, on a phone, only shows notifications of a worker. */
function create(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options)
  } catch {
    return null
  }
}
