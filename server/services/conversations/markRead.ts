import { publishToConversation } from '../../realtime/publish'
import { advanceReads, type ReadPosition } from '../../repositories/memberships'
import { active } from './active'
import { requireActiveMember } from './membership'
import { Collected } from './collected'

/** Milliseconds in which what a person reads in a conversation becomes one write and one event. */
const COLLECT_MS = 300

const positions = new Collected<ReadPosition>(COLLECT_MS, furthest, write)

/** Marks everything up to `seq` as read by the caller. What was read stays read. @throws AppError NOT_FOUND */
export async function markRead(userId: string, conversationId: string, seq: number): Promise<void> {
  const { conversation, membership } = await requireActiveMember(conversationId, userId)
  // Nobody has read what is not written: a position past the end would swallow the next unread ones.
  const upTo = Math.min(seq, conversation.seq)
  if (upTo <= membership.readSeq) return
  await positions.add(`${conversationId}:${userId}`, { conversationId, userId, seq: upTo })
}

function furthest(one: ReadPosition, other: ReadPosition): ReadPosition {
  return one.seq > other.seq ? one : other
}

async function write(read: readonly ReadPosition[]): Promise<void> {
  await advanceReads(read)
  for (const { conversationId, userId, seq } of read) {
    active.noteRead(conversationId, userId, seq)
    publishToConversation(conversationId, 'read.updated', { conversationId, userId, lastReadSeq: seq })
  }
}
