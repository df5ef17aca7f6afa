import { findConversation } from '../../repositories/conversations'
import type { Id } from '../../repositories/id'
import { findMessagesBetween, type MessageRecord } from '../../repositories/messages'
import { deleteSegments, findSegment, markIndexed, saveSegment } from '../../repositories/searchSegments'
import { keysOfMessage } from './keys'
import { decodePostings, encodePostings, type OffsetsByKey } from './postings'

/** The messages of a conversation in one segment of the index: n has the messages from n × 128 + 1 on. */
export const SEGMENT_SIZE = 128

/** The number of the segment that has a message. */
export function segmentOf(seq: number): number {
  return Math.floor((seq - 1) / SEGMENT_SIZE)
}

/**
 * Adds the next messages of a conversation to the index.
 * @param options.maxSegments how many segments are written at once. The database then writes to the same pages of its
 *   index for all of them, which costs it less.
 * @param options.wholeOnly leave out a last segment that is not full yet
 * @returns false when there are no messages left, or the conversation is gone
 */
export async function indexNext(conversationId: string, { maxSegments = 1, wholeOnly = false } = {}): Promise<boolean> {
  const conversation = await findConversation(conversationId)
  if (!conversation) {
    await deleteSegments(conversationId)
    return false
  }
  const done = conversation.indexedSeq ?? 0
  const first = segmentOf(done + 1)
  const segments = Math.max(1, Math.min(maxSegments, segmentOf(conversation.seq) - first + 1))
  const read = await Promise.all(
    Array.from({ length: segments }, (_, index) => messagesOf(conversationId, first + index, done)),
  )
  const parts = wholeOnly ? read.filter((messages) => (messages.at(-1)?.seq ?? 1) % SEGMENT_SIZE === 0) : read
  const last = parts.flat().at(-1)
  if (!last) return false
  await Promise.all(
    parts.map((messages, index) => messages.length > 0 && addMessages(conversationId, first + index, messages)),
  )
  if (!(await markIndexed(conversationId, last.seq))) return indexNext(conversationId)
  return last.seq < conversation.seq
}

/** Adds what a changed message can now be looked up by. What it could be looked up by before does no harm. */
export function addMessage(message: MessageRecord): Promise<void> {
  return addMessages(message.conversationId, segmentOf(message.seq), [message])
}

/** Makes a segment again from its messages, without the words of messages that were deleted or edited. */
export async function renewSegment(conversationId: Id, number: number): Promise<void> {
  for (;;) {
    const before = await findSegment(conversationId, number)
    if (!before) return
    const offsets: OffsetsByKey = new Map()
    for (const message of await messagesOf(conversationId, number)) addOffsets(offsets, message)
    if (await saveSegment({ conversationId, number }, before, encodePostings(offsets))) return
  }
}

async function addMessages(conversationId: Id, number: number, messages: readonly MessageRecord[]): Promise<void> {
  for (;;) {
    const before = await findSegment(conversationId, number)
    // A segment of an older version is made again.
    const added = before && !before.postings ? await messagesOf(conversationId, number) : messages
    const offsets: OffsetsByKey = before?.postings ? decodePostings(before.postings) : new Map()
    for (const message of added) addOffsets(offsets, message)
    if (await saveSegment({ conversationId, number }, before, encodePostings(offsets))) return
  }
}

function addOffsets(offsetsByKey: OffsetsByKey, message: MessageRecord): void {
  const offset = (message.seq - 1) % SEGMENT_SIZE
  for (const key of keysOfMessage(message)) {
    const offsets = offsetsByKey.get(key)
    if (offsets) offsets.add(offset)
    else offsetsByKey.set(key, new Set([offset]))
  }
}

function messagesOf(conversationId: Id, number: number, after = 0): Promise<MessageRecord[]> {
  const above = Math.max(number * SEGMENT_SIZE, after)
  return findMessagesBetween(conversationId, { above, below: (number + 1) * SEGMENT_SIZE + 1 }, 'start', SEGMENT_SIZE)
}
