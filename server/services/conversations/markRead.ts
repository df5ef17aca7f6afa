import { publishRead, publishToUsers } from '../../realtime/publish'
import { advanceReads, type ReadPosition } from '../../repositories/memberships'
import { active } from './active'
import { requireActiveMember } from './membership'
import { Collected } from './collected'
import { hidesReads } from '../people/readsShown'
import { hiddenReads } from '../people/seen'
import type { ConversationRecord } from '../../repositories/conversations'
import { changeMySettings } from './mySettings'
import { peerIdOf } from './view'

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
    isQuiet: membership.block !== undefined || (await isHiddenIn(conversation, userId)),
  })
}

/**
 * Whether a person's read positions are not shown in a conversation: the other one of a direct one may not see them, or
 * they are not for everybody, and it is a group.
 */
async function isHiddenIn(conversation: ConversationRecord, userId: string): Promise<boolean> {
  if (conversation.kind === 'group') return hidesReads(userId)
  const peerId = peerIdOf(conversation, userId)
  if (!peerId || peerId === userId) return false
  if (!(await hidesReads(userId)) && !(await hidesReads(peerId))) return false
  return (await hiddenReads(peerId, [userId])).has(userId)
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
    else publishRead(data)
  }
}
