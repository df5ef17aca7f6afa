import type { Message } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { publishToConversation } from '../../realtime/publish'
import { advanceConversation, type ConversationRecord } from '../../repositories/conversations'
import { appendMessages, type NewMessage } from '../../repositories/messages'

export interface Sent {
  message: Message
  /** False: this clientId had been sent before, and `message` is what it made then. */
  created: boolean
}

/**
 * Writes messages at the end of a conversation and tells everyone in it.
 * Durable first, then the conversation's own record, then the events, in order; whoever awaits this comes last.
 */
export async function appendAndPublish(conversation: ConversationRecord, messages: NewMessage[]): Promise<Sent[]> {
  if (messages.length === 0) return []
  const appended = await appendMessages(conversation._id, conversation, messages)
  // Also after a retry that found its message: a crash may have come between that message and this line.
  const newest = appended.reduce((a, b) => (b.message.seq > a.message.seq ? b : a)).message
  const rev = Math.max(...appended.map(({ message }) => message.rev))
  if (newest.seq > conversation.seq || rev > conversation.rev) {
    await advanceConversation(conversation._id, {
      rev,
      message: { seq: newest.seq, id: newest._id, at: newest.createdAt },
    })
  }
  const told: Promise<void>[] = []
  const sent = appended.map(({ message, created }) => {
    const presented = presentMessage(message)
    // A message the conversation did not know of yet was written, but never told, by a call that failed half-way.
    if (created || message.seq > conversation.seq) {
      told.push(publishToConversation(presented.conversationId, 'message.created', { message: presented }))
    }
    return { message: presented, created }
  })
  await Promise.all(told)
  return sent
}
