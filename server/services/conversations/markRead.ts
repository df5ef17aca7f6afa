import { publishToConversation, publishToUsers } from '../../realtime/publish'
import { advanceReads, type ReadPosition } from '../../repositories/memberships'
import { active } from './active'
import { requireActiveMember } from './membership'
import { Collected } from './collected'
import { changeMySettings } from './mySettings'

/** Milliseconds in which what a person reads in a conversation becomes one write and one event. */
const COLLECT_MS = 300

/** `isQuiet`: only the reader's own devices learn of it. */
type Reading = ReadPosition & { isQuiet: boolean }

const positions = new Collected<Reading>(COLLECT_MS, furthest, write)

/**
 * Marks everything up to `seq` as read by the caller. A smaller `seq` than before changes nothing.
 * @throws AppError NOT_FOUND
 */
export async function markRead(userId: string, conversationId: string, seq: number): Promise<void> {
  const { conversation, membership } = await requireActiveMember(conversationId, userId)
  // A position past the last message would mark the next messages as read before they are written.
  const upTo = Math.min(seq, conversation.seq)
  if (membership.markedUnread) await changeMySettings(userId, conversationId, { markedUnread: false })
  if (upTo <= membership.readSeq) return
  await positions.add(`${conversationId}:${userId}`, {
    conversationId,
    userId,
    seq: upTo,
    lastRead: { after: membership.readSeq, at: new Date() },
    isQuiet: membership.block !== undefined,
  })
}

function furthest(one: Reading, other: Reading): Reading {
  const further = one.seq > other.seq ? one : other
  const after = Math.min(one.lastRead.after, other.lastRead.after)
  return { ...further, lastRead: { ...further.lastRead, after } }
}

async function write(advanced: readonly Reading[]): Promise<void> {
  await advanceReads(advanced)
  for (const { conversationId, userId, seq, isQuiet } of advanced) {
    active.noteRead(conversationId, userId, seq)
    const data = { conversationId, userId, lastReadSeq: seq }
    if (isQuiet) publishToUsers([userId], 'read.updated', data)
    else publishToConversation(conversationId, 'read.updated', data)
  }
}
