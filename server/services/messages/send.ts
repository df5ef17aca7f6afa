import { excerptOf } from '#shared/domain/messages'
import { AppError } from '#shared/errors'
import type { Message, SendInput } from '#shared/schemas/message'
import { useLimit } from '../../auth/rateLimit'
import { presentMessage } from '../../presenters/message'
import { publishToConversation } from '../../realtime/publish'
import { advanceConversation, findConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembers, type MembershipRecord } from '../../repositories/memberships'
import { appendMessages, findMessagesById, type MessageRecord, type NewMessage } from '../../repositories/messages'
import { groupCommit, type Outcome } from './groupCommit'

export interface Sent {
  message: Message
  /** False: this clientId had been sent before, and `message` is what it made then. */
  created: boolean
}

interface Sending {
  userId: string
  input: SendInput
}

const enqueue = groupCommit<Sending, Sent>(writeTogether)

/**
 * Sends a message. Resolves when it is durable; everyone in the conversation has been told by then.
 * @throws AppError RATE_LIMITED; NOT_FOUND for a conversation or a replied-to message that the sender cannot see
 */
export async function sendMessage(userId: string, conversationId: string, input: SendInput): Promise<Sent> {
  await useLimit('send', userId)
  return enqueue(conversationId, { userId, input })
}

async function writeTogether(conversationId: string, sendings: Sending[]): Promise<Outcome<Sent>[]> {
  const senderIds = [...new Set(sendings.map(({ userId }) => userId))]
  const [conversation, members, replied] = await Promise.all([
    findConversation(conversationId),
    findMembers(conversationId, senderIds),
    findMessagesById(sendings.flatMap(({ input }) => input.replyToId ?? [])),
  ])
  const memberOf = new Map(members.map((member) => [member.userId.toString(), member]))
  const prepared = sendings.map(({ userId, input }): NewMessage | AppError => {
    const member = memberOf.get(userId)
    if (!conversation || !member) return new AppError('NOT_FOUND')
    const original = replied.find((message) => message._id.toString() === input.replyToId)
    if (input.replyToId && !isVisible(original, member)) return new AppError('NOT_FOUND')
    return newMessage(conversation, member, input, original)
  })
  const allowed = prepared.filter((message) => !(message instanceof AppError)) as NewMessage[]
  const appended = conversation ? await appendAndTell(conversation, allowed) : []
  return prepared.map((message) => (message instanceof AppError ? { error: message } : { value: appended.shift()! }))
}

function isVisible(message: MessageRecord | undefined, member: MembershipRecord): boolean {
  return message !== undefined && message.conversationId.equals(member.conversationId) && message.deletedAt === null
}

function newMessage(
  conversation: ConversationRecord,
  member: MembershipRecord,
  input: SendInput,
  original: MessageRecord | undefined,
): NewMessage {
  return {
    conversationId: conversation._id,
    senderId: member.userId,
    clientId: input.clientId,
    kind: 'text',
    text: input.text,
    replyTo: original
      ? { id: original._id, seq: original.seq, senderId: original.senderId, excerpt: excerptOf(original.text) }
      : null,
    editedAt: null,
    deletedAt: null,
    createdAt: new Date(),
  }
}

/** Durable first, then the conversation's own record, then everyone is told, in order; the sender's answer comes last. */
async function appendAndTell(conversation: ConversationRecord, messages: NewMessage[]): Promise<Sent[]> {
  if (messages.length === 0) return []
  const appended = await appendMessages(conversation._id, conversation, messages)
  // Also after a retry that found its message: a crash may have come between that message and this line.
  const newest = appended.reduce((a, b) => (b.message.seq > a.message.seq ? b : a)).message
  const rev = Math.max(...appended.map(({ message }) => message.rev))
  if (newest.seq > conversation.seq || rev > conversation.rev) {
    await advanceConversation(conversation._id, { seq: newest.seq, rev, messageId: newest._id, at: newest.createdAt })
  }
  return appended.map(({ message, created }) => {
    const presented = presentMessage(message)
    // A message the conversation did not know of yet was written, but never told, by a call that failed half-way.
    if (created || message.seq > conversation.seq) {
      publishToConversation(presented.conversationId, 'message.created', { message: presented })
    }
    return { message: presented, created }
  })
}
