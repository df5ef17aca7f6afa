import { advanceConversation, findRecentConversations } from '../../repositories/conversations'
import { endOf } from '../../repositories/messages'

/** Conversations that may have been written to when the process before this one was cut off. */
const RECENT = 200

/**
 * Brings the conversations' own records up to their messages. A message is written before its conversation learns of
 * it; a process that dies in between leaves one that history has and sync does not see.
 */
export async function mendConversations(): Promise<void> {
  for (const conversation of await findRecentConversations(RECENT)) {
    const { seq, rev, message } = await endOf(conversation._id)
    if (!message || (seq <= conversation.seq && rev <= conversation.rev)) continue
    await advanceConversation(conversation._id, { rev, message: { seq, id: message._id, at: message.createdAt } })
  }
}
