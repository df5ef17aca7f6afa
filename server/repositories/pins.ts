import { MessageModel, type MessageRecord } from '../models/message'
import type { Id } from './id'
import type { MessageChange } from './messages'

/** The change that pins a message, unless it is pinned. */
export const PIN: MessageChange = { where: { pinnedRev: null }, revField: 'pinnedRev' }

/** The change that removes a message from the pins, if it is one. */
export const UNPIN: MessageChange = { where: { pinnedRev: { $exists: true } }, also: { $unset: { pinnedRev: '' } } }

export function countPins(conversationId: Id): Promise<number> {
  return MessageModel.countDocuments({ conversationId, pinnedRev: { $exists: true } }).exec()
}

/**
 * Pinned messages with a `seq` greater than `fromSeq`, the newest pin first.
 * @param below only pins that are older than the one with this `pinnedRev`
 */
export function findPins(conversationId: Id, fromSeq: number, below: number, limit: number): Promise<MessageRecord[]> {
  return MessageModel.find({ conversationId, pinnedRev: { $lt: below }, ...(fromSeq > 0 && { seq: { $gt: fromSeq } }) })
    .sort({ pinnedRev: -1 })
    .limit(limit)
    .lean<MessageRecord[]>()
    .exec()
}
