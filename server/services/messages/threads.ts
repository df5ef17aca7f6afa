import { visibleFrom } from '#shared/domain/groups'
import type { MessagePage, ThreadQuery } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import type { ConversationRecord } from '../../repositories/conversations'
import { findMessage, findMessagesById, type MessageRecord, type NewMessage } from '../../repositories/messages'
import { findThread, repliesCounted } from '../../repositories/threads'
import { readUntilFull } from '../answerBudget'
import { loadForChange, type MessageAddress } from './loadForChange'
import { tryUpdate } from './update'

/** The id of the thread that an answer to a message belongs to: the id of its first message. */
export function threadOf({ _id, threadId }: Pick<MessageRecord, '_id' | 'threadId'>) {
  return threadId ?? _id
}

/**
 * Counts new or deleted answers on the first messages of their threads, and publishes these. A first message that was
 * deleted has no count. Called within `inOrder`.
 * @param answers all of this conversation
 * @param by 1 or -1
 */
export async function countReplies(
  conversation: ConversationRecord,
  answers: readonly Pick<NewMessage, 'threadId'>[],
  by: 1 | -1,
): Promise<void> {
  const counts = new Map<string, number>()
  for (const { threadId } of answers)
    if (threadId) counts.set(threadId.toString(), (counts.get(threadId.toString()) ?? 0) + by)
  if (counts.size === 0) return
  for (const root of await findMessagesById([...counts.keys()]))
    await tryUpdate(conversation, root, repliesCounted(counts.get(root._id.toString())!))
}

/**
 * A page of a thread, ascending by `seq`: its first message, and the answers that the caller can see. Before a `seq`, or
 * without one, the newest; after a `seq`, the oldest.
 * @param address of any message of the thread
 * @throws AppError NOT_FOUND; FORBIDDEN for a system message
 */
export async function readThread(userId: string, address: MessageAddress, query: ThreadQuery): Promise<MessagePage> {
  const { conversation, membership, message, present } = await loadForChange(
    userId,
    address.conversationId,
    address.messageId,
  )
  const from = visibleFrom(conversation.settings, membership)
  const rootId = threadOf(message)
  const root = await findMessage(address.conversationId, rootId.toString(), from)
  const isForward = query.after !== undefined
  const bounds = { above: Math.max(from, query.after ?? 0), below: query.before ?? Number.MAX_SAFE_INTEGER }
  // The first message comes before all answers.
  const isRootWanted = root !== null && root.seq > bounds.above && root.seq < bounds.below
  const { items, hasMore } = await readUntilFull({
    limit: query.limit - Number(isForward && isRootWanted),
    read: (last: MessageRecord | undefined, count) => {
      const remaining = last ? { ...bounds, ...(isForward ? { above: last.seq } : { below: last.seq }) } : bounds
      return findThread(rootId, remaining, isForward ? 'start' : 'end', count)
    },
    present: (record) => presentMessage(record, from, userId),
  })
  const answers = isForward ? items : items.reverse()
  if (!isRootWanted || (!isForward && hasMore)) return { messages: answers, hasMore }
  if (!isForward && answers.length === query.limit) return { messages: answers, hasMore: true }
  return { messages: [present(root), ...answers], hasMore }
}
