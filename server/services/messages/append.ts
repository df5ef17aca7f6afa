import type { Message } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { publishToConversation } from '../../realtime/publish'
import { advanceConversation, type ConversationRecord } from '../../repositories/conversations'
import { appendMessages, type NewMessage } from '../../repositories/messages'
import { pushLater } from '../push/sender'
import { noteSent } from '../search/indexing'

export interface Sent {
  message: Message
  /** False when this clientId was sent before; `message` is then the earlier message. */
  created: boolean
}

/**
 * Writes messages at the end of a conversation and publishes them to everyone in it. First the messages are durable,
 * then the conversation's own record is advanced, then the events leave in order, and then this resolves.
 * @returns one outcome for each message, in the same order
 */
export async function appendAndPublish(conversation: ConversationRecord, messages: NewMessage[]): Promise<Sent[]> {
  if (messages.length === 0) return []
  const appended = await appendMessages(conversation._id, conversation, messages)
  // A retry that found its message gets here too: a crash may have come between that message and this line.
  const newest = appended.reduce((a, b) => (b.message.seq > a.message.seq ? b : a)).message
  const rev = Math.max(...appended.map(({ message }) => message.rev))
  if (newest.seq > conversation.seq || rev > conversation.rev) {
    await advanceConversation(conversation._id, {
      rev,
      message: { seq: newest.seq, id: newest._id, at: newest.createdAt },
    })
  }
  noteSent(conversation._id.toString(), appended.length)
  const published: Promise<void>[] = []
  const sent = appended.map(({ message, created }) => {
    const presented = presentMessage(message)
    // The conversation's record may not count a message yet: a call that failed half-way wrote it and never published
    // it.
    if (created || message.seq > conversation.seq) {
      published.push(publishToConversation(presented.conversationId, 'message.created', { message: presented }))
      if (presented.kind === 'text') pushLater(presented.conversationId, presented.id)
    }
    return { message: presented, created }
  })
  await Promise.all(published)
  return sent
}
