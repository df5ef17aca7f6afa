import type { Conversation, MyMembership } from '../schemas/conversation'
import type { Message } from '../schemas/message'
import type { NotificationSettings } from '../schemas/notifications'
import { isArchived, isMuted } from './attention'
import { mentionsReader } from './messages'
import { isQuiet } from './quietHours'

/**
 * How a person is told of a message on one of their devices. `badge` counts it, `banner` also shows it over other windows,
 * `sound` is also heard. `push` is for a device without an open page, where the push service wakes the browser.
 */
export type NotificationLevel = 'nothing' | 'badge' | 'banner' | 'sound' | 'push'

/** One open page of a person. */
export interface Screen {
  /** The session of its browser. */
  device: string
  /** The chat that is on screen, in front of the person. Null: none. */
  conversationId: string | null
  /** Whether the page can notify by itself now. The browser may have frozen it, or the person not allowed it. */
  canNotify: boolean
}

type NewMessage = Pick<
  Message,
  'conversationId' | 'seq' | 'senderId' | 'kind' | 'mentions' | 'mentionsAll' | 'threadId' | 'deletedAt'
>

export interface Question {
  message: NewMessage
  receiver: { id: string; settings: NotificationSettings }
  /** The chat of the message as the receiver has set it. */
  chat: {
    me: Pick<
      MyMembership,
      'notify' | 'mutedUntil' | 'archived' | 'archivedSeq' | 'returnsWith' | 'follows' | 'lastReadSeq'
    >
    lastSeq: Conversation['lastSeq']
  }
  /** The open pages of the receiver, on all devices. */
  screens: readonly Screen[]
  /** The session of the device that is asked about. */
  device: string
  /** Milliseconds since the epoch. */
  now: number
}

/** Whether a message is for a person more than for others: it mentions them, or answers in a thread that they follow. */
export function concerns(
  message: Pick<NewMessage, 'mentions' | 'mentionsAll' | 'threadId'>,
  userId: string,
  follows: readonly string[],
): boolean {
  const { threadId } = message
  return mentionsReader(message, userId) || (threadId !== null && follows.includes(threadId))
}

/** Decides how a person is told of a message on one device. */
export function notificationFor({ message, receiver, chat, screens, device, now }: Question): NotificationLevel {
  const { me, lastSeq } = chat
  const isNews = message.kind === 'text' && !message.deletedAt && message.senderId !== receiver.id
  if (!isNews || message.seq <= me.lastReadSeq) return 'nothing'
  if (screens.some(({ conversationId }) => conversationId === message.conversationId)) return 'nothing'
  const isMine = concerns(message, receiver.id, me.follows)
  if (isMuted(me, now) || isArchived(me, lastSeq)) return me.notify === 'mentions' && isMine ? 'badge' : 'nothing'
  if ((me.notify === 'mentions' && !isMine) || isQuiet(receiver.settings.quietHours, now)) return 'badge'
  if (!screens.some((screen) => screen.device === device && screen.canNotify)) return 'push'
  return receiver.settings.sounds ? 'sound' : 'banner'
}
