import { findConversation } from '../../repositories/conversations'
import type { Id } from '../../repositories/id'
import { findMessagesBetween, type MessageRecord } from '../../repositories/messages'
import { deleteSegments, findSegment, markIndexed, saveSegment } from '../../repositories/searchSegments'
import { ANYTHING, keysOfMessage } from './keys'

/** The messages of a conversation in one segment of the index: n has the messages from n × 128 + 1 on. */
export const SEGMENT_SIZE = 128
/** The most keys of a segment. One with more is looked through for everything. */
const MAX_KEYS = 20_000

/** The number of the segment that has a message. */
export function segmentOf(seq: number): number {
  return Math.floor((seq - 1) / SEGMENT_SIZE)
}

/**
 * Adds the next messages of a conversation to the index, at most those of one segment.
 * @returns false when there are none left, or the conversation is gone
 */
export async function indexNext(conversationId: string): Promise<boolean> {
  const conversation = await findConversation(conversationId)
  if (!conversation) {
    await deleteSegments(conversationId)
    return false
  }
  const done = conversation.indexedSeq ?? 0
  const number = segmentOf(done + 1)
  const messages = await messagesOf(conversationId, number, done)
  const last = messages.at(-1)
  if (!last) return false
  await addKeys(conversationId, number, messages.flatMap(keysOfMessage))
  if (!(await markIndexed(conversationId, last.seq))) return indexNext(conversationId)
  return last.seq < conversation.seq
}

/** Adds what a changed message can now be looked up by. What it could be looked up by before does no harm. */
export function addMessage(message: MessageRecord): Promise<void> {
  return addKeys(message.conversationId, segmentOf(message.seq), keysOfMessage(message))
}

/** Makes a segment again from its messages, without the words of messages that were deleted or edited. */
export async function renewSegment(conversationId: Id, number: number): Promise<void> {
  for (;;) {
    const before = await findSegment(conversationId, number)
    if (!before) return
    const messages = await messagesOf(conversationId, number)
    const keys = new Set(messages.flatMap(keysOfMessage))
    if (await saveSegment({ conversationId, number }, before, bounded(keys))) return
  }
}

async function addKeys(conversationId: Id, number: number, keys: readonly string[]): Promise<void> {
  for (;;) {
    const before = await findSegment(conversationId, number)
    const all = new Set(before?.keys)
    for (const key of keys) all.add(key)
    if (before && (before.keys[0] === ANYTHING || all.size === before.keys.length)) return
    if (await saveSegment({ conversationId, number }, before, bounded(all))) return
  }
}

function bounded(keys: ReadonlySet<string>): string[] {
  return keys.size > MAX_KEYS ? [ANYTHING] : [...keys]
}

function messagesOf(conversationId: Id, number: number, after = 0): Promise<MessageRecord[]> {
  const above = Math.max(number * SEGMENT_SIZE, after)
  return findMessagesBetween(conversationId, { above, below: (number + 1) * SEGMENT_SIZE + 1 }, 'start', SEGMENT_SIZE)
}
