import { advanceConversation, findConversations } from '../../repositories/conversations'
import { flushHeads } from '../../repositories/heads'
import { findLatelyWritten } from '../../repositories/lateWrites'
import { endOf } from '../../repositories/messages'

/** How many conversations are checked at once. */
const MAX_CONCURRENT = 50

/**
 * Brings the conversations' own records up to date with their messages. A conversation's record is written after its
 * messages (repositories/heads). A process that dies in between leaves messages that history shows and sync does not.
 * All conversations that were written to in the two minutes before the last write are checked, however many they are.
 */
export async function mendConversations(): Promise<void> {
  const ids = await findLatelyWritten()
  for (let start = 0; start < ids.length; start += MAX_CONCURRENT) {
    const conversations = await findConversations(ids.slice(start, start + MAX_CONCURRENT))
    await Promise.all(conversations.map(mend))
  }
  await flushHeads()
}

async function mend(conversation: { _id: Parameters<typeof endOf>[0]; seq: number; rev: number }): Promise<void> {
  const { seq, rev, message } = await endOf(conversation._id)
  if (!message || (seq <= conversation.seq && rev <= conversation.rev)) return
  await advanceConversation(conversation._id, { rev, message: { seq, id: message._id, at: message.createdAt } })
}
