import { MessageModel, type MessageRecord } from '../models/message'
import type { Id } from './id'
import type { MessageChange } from './messages'

/** The change that counts answers on the first message of a thread. */
export function repliesCounted(by: number): MessageChange {
  return { also: { $inc: { replies: by } } }
}

/** The answers of a thread with `above < seq < below`: ascending by `seq` from the start, or descending from the end. */
export function findThread(
  rootId: Id,
  bounds: { above: number; below: number },
  from: 'start' | 'end',
  limit: number,
): Promise<MessageRecord[]> {
  return MessageModel.find({ threadId: rootId, seq: { $gt: bounds.above, $lt: bounds.below } })
    .sort({ seq: from === 'start' ? 1 : -1 })
    .limit(limit)
    .lean<MessageRecord[]>()
    .exec()
}
