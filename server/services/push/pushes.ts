import { summaryOf } from '#shared/domain/attachments'
import { visibleFrom } from '#shared/domain/groups'
import { excerptOf } from '#shared/domain/messages'
import { notificationFor, type Screen } from '#shared/domain/notification'
import { mentionedIds, withNames } from '#shared/domain/text/mentions'
import type { PushPayload } from '#shared/schemas/push'
import { presentAttention } from '../../presenters/conversation'
import { presentMessage } from '../../presenters/message'
import { presentNotifications, presentUser } from '../../presenters/user'
import { findConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembers, type MembershipRecord } from '../../repositories/memberships'
import { findMessagesById, type MessageRecord } from '../../repositories/messages'
import {
  deleteSubscriptionsOf,
  findSubscriptions,
  type PushSubscriptionRecord,
} from '../../repositories/pushSubscriptions'
import { findAliveIds } from '../../repositories/sessions'
import { findNotificationSettings, findUsers } from '../../repositories/users'
import { wordsOf } from './words'

/** A push for one browser. */
export interface Push {
  subscription: PushSubscriptionRecord
  messageId: string
  payload: PushPayload
}

type ScreensOf = (userId: string) => Promise<readonly Screen[]>

/** What the pushes of one conversation are made from. */
interface Source {
  conversation: ConversationRecord
  /** The newest first. */
  messages: MessageRecord[]
  nameOf: (userId: string) => string
  iconOf: (userId: string) => string | null
}

/**
 * The pushes for messages of one conversation: for each browser at most one, about the newest message that its person is to
 * be notified of by push. It asks the database for everything now, so nobody gets what they may not read at this moment.
 * @param sessionIds only for these sessions
 */
export async function pushesFor(
  conversationId: string,
  messageIds: readonly string[],
  screensOf: ScreensOf,
  sessionIds?: readonly string[],
): Promise<Push[]> {
  const [conversation, found, members] = await Promise.all([
    findConversation(conversationId),
    findMessagesById(messageIds),
    findMembers(conversationId),
  ])
  const messages = found.filter(({ deletedAt }) => !deletedAt).sort((one, other) => other.seq - one.seq)
  if (!conversation || messages.length === 0) return []
  const subscriptions = await aliveSubscriptions(members, sessionIds)
  if (subscriptions.length === 0) return []
  const settings = await findNotificationSettings(subscriptions.map(({ userId }) => userId))
  const source = { conversation, messages, ...(await peopleOf(messages)) }
  const memberOf = new Map(members.map((member) => [member.userId.toString(), member]))
  const pushes = subscriptions.map(async (subscription) => {
    const userId = subscription.userId.toString()
    const receiver = { id: userId, settings: presentNotifications(settings.get(userId) ?? {}) }
    const screens = await screensOf(userId)
    const membership = memberOf.get(userId)!
    const device = subscription.sessionId.toString()
    const message = source.messages.find((record) => isForPush(record, source, membership, receiver, screens, device))
    if (!message) return []
    const payload = payloadOf(message, source, subscription, receiver.settings.pushText)
    return [{ subscription, messageId: message._id.toString(), payload }]
  })
  return (await Promise.all(pushes)).flat()
}

/** The subscriptions of members whose sessions have not ended. Those of sessions that have expired are deleted. */
async function aliveSubscriptions(
  members: readonly MembershipRecord[],
  sessionIds?: readonly string[],
): Promise<PushSubscriptionRecord[]> {
  const userIds = members.map(({ userId }) => userId)
  const subscriptions = await findSubscriptions(userIds, sessionIds)
  const alive = await findAliveIds(subscriptions.map(({ sessionId }) => sessionId.toString()))
  const isAlive = ({ sessionId }: PushSubscriptionRecord) => alive.has(sessionId.toString())
  const ended = subscriptions.filter((one) => !isAlive(one))
  if (ended.length > 0) await deleteSubscriptionsOf(ended.map(({ sessionId }) => sessionId))
  return subscriptions.filter(isAlive)
}

function isForPush(
  record: MessageRecord,
  { conversation }: Source,
  membership: MembershipRecord,
  receiver: { id: string; settings: ReturnType<typeof presentNotifications> },
  screens: readonly Screen[],
  device: string,
): boolean {
  const from = visibleFrom(conversation.settings, membership)
  if (record.seq <= from) return false
  const message = presentMessage(record, from, receiver.id)
  const chat = { me: presentAttention(conversation, membership), lastSeq: conversation.seq }
  return notificationFor({ message, receiver, chat, screens, device, now: Date.now() }) === 'push'
}

/** The names and pictures of the people who wrote messages, and the names of those whom they mention. */
async function peopleOf(messages: readonly MessageRecord[]): Promise<Pick<Source, 'nameOf' | 'iconOf'>> {
  const ids = messages.flatMap(({ senderId, text }) => [senderId.toString(), ...mentionedIds(text)])
  const people = await findUsers([...new Set(ids)])
  const byId = new Map(people.map((person) => [person._id.toString(), presentUser(person)]))
  return { nameOf: (id) => byId.get(id)?.displayName ?? '', iconOf: (id) => byId.get(id)?.avatarUrl ?? null }
}

function payloadOf(
  { senderId, seq, text, attachments = [] }: MessageRecord,
  { conversation, nameOf, iconOf }: Source,
  { language }: PushSubscriptionRecord,
  hasText: boolean,
): PushPayload {
  const words = wordsOf(language)
  const where = { conversationId: conversation._id.toString(), seq }
  if (!hasText) return { ...where, title: 'WebChat', body: words.newMessage, icon: null }
  const sender = nameOf(senderId.toString()) || words.someone
  const brief = excerptOf(withNames(text, nameOf)) || words.files(summaryOf(attachments))
  const icon = iconOf(senderId.toString())
  if (conversation.kind === 'direct') return { ...where, title: sender, body: brief, icon }
  return { ...where, title: conversation.name ?? '', body: `${sender}: ${brief}`, icon }
}
