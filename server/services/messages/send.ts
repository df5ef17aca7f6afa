import { summaryOf } from '#shared/domain/attachments'
import { sharesOf } from '#shared/domain/shares'
import { visibleFrom } from '#shared/domain/groups'
import { excerptOf } from '#shared/domain/messages'
import { standingOf } from '#shared/domain/standing'
import { mentionedIds } from '#shared/domain/text/mentions'
import { writingOf } from '#shared/domain/text/links'
import { canWrite } from '#shared/domain/writing'
import { AppError } from '#shared/errors'
import type { SendInput } from '#shared/schemas/message'
import { Turns } from '../../auth/turns'
import { count, measure } from '../../observability/metrics'
import { presentMessage } from '../../presenters/message'
import type { ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'
import { findMessagesById, findSentMessage, type MessageRecord, type NewMessage } from '../../repositories/messages'
import { active } from '../conversations/active'
import { enter, next } from '../conversations/inOrder'
import { requireActiveMember } from '../conversations/membership'
import { returnMentioned } from '../conversations/returnMentioned'
import { forbidden } from '../conversations/rights'
import { peerIdOf } from '../conversations/view'
import { takesFirstMessage } from '../people/reach'
import { findUploads } from '../../repositories/uploads'
import { requestPreview } from '../previews/attachPreview'
import { appendAndPublish, type Sent } from './append'
import { attach, attachForwarded, notFound, settleUploads, type Forwarded } from './attach'
import { groupCommit, type Outcome } from './groupCommit'
import { mentionsIn } from './mentions'
import { followAnswered } from './follows'
import { countReplies, threadOf } from './threads'
import { lastWrittenAt, slowModeError } from './slowMode'

interface Sending {
  userId: string
  input: SendInput
  forwarded?: Forwarded
}

const enqueue = groupCommit<Sending, Sent>((conversationId, sendings) =>
  next(conversationId, () => writeTogether(conversationId, sendings)),
)

const admissions = new Turns({ width: 1, waiting: Infinity })

/**
 * Sends a message. Resolves when it is durable and published. A replied-to message that was deleted meanwhile is quoted
 * empty; a file that no longer exists is left out if something remains to be sent.
 * @param forwarded what it has of a message that is forwarded, besides the text
 * @returns the message; `created` is false when this clientId was sent before
 * @throws AppError RATE_LIMITED by slow mode, or when too many of the caller's sends wait; FORBIDDEN without the
 *   right; NOT_FOUND for a conversation, a replied-to message or a file that the sender cannot see; CONFLICT for a file
 *   that is not complete or already sent
 */
export async function sendMessage(
  userId: string,
  conversationId: string,
  input: SendInput,
  forwarded?: Forwarded,
): Promise<Sent> {
  const received = performance.now()
  const leave = enter(conversationId, userId)
  try {
    // People who are no members are refused here, before members would queue behind them. The checks run one after the
    // other, or a later message could overtake one whose sender is still being checked.
    await admissions.run(`${conversationId} ${userId}`, () => requireActiveMember(conversationId, userId))
    return await write(received, conversationId, { userId, input, forwarded })
  } finally {
    leave()
  }
}

async function write(received: number, conversationId: string, sending: Sending): Promise<Sent> {
  const sent = await enqueue(conversationId, sending)
  if (sent.created) {
    count('MessagesSent')
    measure('DeliveryLatency', performance.now() - received)
  }
  return sent
}

async function writeTogether(conversationId: string, sendings: Sending[]): Promise<Outcome<Sent>[]> {
  const senderIds = [...new Set(sendings.map(({ userId }) => userId))]
  const [{ conversation, members }, replied, uploads] = await Promise.all([
    active.membersOf(conversationId, [...senderIds, ...sendings.flatMap(({ input }) => mentionedIds(input.text))]),
    findMessagesById(sendings.flatMap(({ input }) => input.replyToId ?? [])),
    findUploads(sendings.flatMap(({ input }) => input.uploadIds)),
  ])
  const senders = senderIds.flatMap((id) => members.get(id) ?? [])
  const refusals = conversation ? await firstRefusals(conversation, senderIds) : new Map<string, AppError>()
  const lastSent = conversation ? await lastSentTimes(conversation, senders) : new Map<string, number>()
  const now = new Date()
  const prepared: (NewMessage | AppError)[] = []
  for (const { userId, input, forwarded } of sendings) {
    const member = members.get(userId)
    const original = replied.find((message) => message._id.toString() === input.replyToId)
    const files = input.uploadIds.map((id) => uploads.find((upload) => upload._id.toString() === id))
    const message =
      conversation && member
        ? (refusals.get(userId) ??
          refuse(conversation, member, input, original, lastSent.get(userId) ?? null, now.getTime()) ??
          (await (forwarded
            ? attachForwarded(
                newMessage(conversation, member, members, input, original, now),
                forwarded,
                conversation,
                member,
              )
            : attach(newMessage(conversation, member, members, input, original, now), files, conversation, member))))
        : new AppError('NOT_FOUND')
    if (!(message instanceof AppError)) lastSent.set(userId, now.getTime())
    prepared.push(message)
  }
  const allowed = prepared.filter((message) => !(message instanceof AppError)) as NewMessage[]
  const appended = conversation ? await appendAndPublish(conversation, allowed) : []
  await settleUploads(allowed, appended)
  requestPreviews(allowed, appended)
  if (conversation) {
    returnMentioned(
      conversation._id,
      allowed.flatMap(({ mentions = [] }) => mentions),
    )
    const created = allowed.filter((_, index) => appended[index]!.created)
    await countReplies(conversation, created, 1)
    followAnswered(conversation._id, created)
  }
  return Promise.all(
    prepared.map(async (message, index) => {
      if (!(message instanceof AppError)) return { value: appended.shift()! }
      const { userId, input } = sendings[index]!
      const earlier = members.has(userId) ? await findSentMessage(conversationId, userId, input.clientId) : null
      // What was sent stays sent: a retry gets its message even if the sender has lost the right since.
      return earlier ? { value: { message: presentMessage(earlier), created: false } } : { error: message }
    }),
  )
}

/**
 * The senders whose first message the other person does not take. It asks only in a direct conversation in which nobody
 * has written yet.
 */
async function firstRefusals(
  conversation: ConversationRecord,
  senderIds: readonly string[],
): Promise<Map<string, AppError>> {
  if (conversation.kind !== 'direct' || conversation.seq > 0) return new Map()
  const asked = senderIds.map(async (id) => {
    const peerId = peerIdOf(conversation, id)
    return !peerId || peerId === id || (await takesFirstMessage(id, peerId))
      ? []
      : [[id, forbidden('unreachable')] as const]
  })
  return new Map((await Promise.all(asked)).flat())
}

function requestPreviews(messages: readonly NewMessage[], sent: readonly Sent[]): void {
  for (const [index, { shares, senderId }] of messages.entries()) {
    const { message, created } = sent[index]!
    if (created && shares.includes('links')) requestPreview({ ...message, senderId: senderId.toString() })
  }
}

/** When each sender last wrote, in milliseconds by user id. Only senders that slow mode applies to are looked up. */
async function lastSentTimes(
  conversation: ConversationRecord,
  members: MembershipRecord[],
): Promise<Map<string, number>> {
  const slow = conversation.settings.slowModeSeconds > 0 ? members.filter((member) => member.role === 'member') : []
  const times = await Promise.all(
    slow.map(async (member) => [member.userId.toString(), await lastWrittenAt(conversation._id, member)] as const),
  )
  return new Map(times.filter((entry): entry is readonly [string, number] => entry[1] !== null))
}

function refuse(
  conversation: ConversationRecord,
  member: MembershipRecord,
  input: SendInput,
  original: MessageRecord | undefined,
  lastSent: number | null,
  now: number,
): AppError | null {
  const decision = canWrite(conversation, standingOf(member), writingOf(input.text), now)
  if (!decision.allowed) return forbidden(decision.reason)
  if (input.replyToId && !isVisible(original, conversation, member)) return notFound('replyToId')
  return slowModeError(conversation, member, lastSent, now)
}

function isVisible(
  message: MessageRecord | undefined,
  conversation: ConversationRecord,
  member: MembershipRecord,
): boolean {
  return (
    message !== undefined &&
    message.conversationId.equals(conversation._id) &&
    message.seq > visibleFrom(conversation.settings, member)
  )
}

function newMessage(
  conversation: ConversationRecord,
  member: MembershipRecord,
  members: ReadonlyMap<string, MembershipRecord>,
  input: SendInput,
  original: MessageRecord | undefined,
  now: Date,
): NewMessage {
  // Where newcomers cannot see older messages, an excerpt would show them one.
  const quoted = conversation.settings.history === 'all' ? original : undefined
  const excerpt = excerptOf(quoted?.text ?? '')
  const mentions = mentionsIn(input.text, conversation, member, members, now.getTime())
  const files = excerpt === '' ? summaryOf(quoted?.attachments ?? []) : null
  return {
    conversationId: conversation._id,
    senderId: member.userId,
    clientId: input.clientId,
    kind: 'text',
    text: input.text,
    ...(mentions.length > 0 && { mentions }),
    attachments: [],
    shares: sharesOf(input.text, []),
    notice: null,
    replyTo: original ? { id: original._id, seq: original.seq, senderId: original.senderId, excerpt, files } : null,
    ...(original?.kind === 'text' && { threadId: threadOf(original) }),
    editedAt: null,
    deletedAt: null,
    createdAt: now,
  }
}
