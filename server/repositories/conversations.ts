import type { Id } from './id'
import { ConversationModel, type ConversationRecord } from '../models/conversation'
import { duplicateKey } from './errors'

export type { ConversationRecord }

export function findConversation(id: Id): Promise<ConversationRecord | null> {
  return ConversationModel.findById(id).lean<ConversationRecord>().exec()
}

export function findConversations(ids: readonly Id[]): Promise<ConversationRecord[]> {
  return ConversationModel.find({ _id: { $in: ids } }).lean<ConversationRecord[]>().exec()
}

/** The conversations that were written to last. */
export function findRecentConversations(limit: number): Promise<ConversationRecord[]> {
  return ConversationModel.find().sort({ activeAt: -1 }).limit(limit).lean<ConversationRecord[]>().exec()
}

/** The one direct conversation of a pair, made if it is not there, however many ask at the same moment. */
export async function findOrInsertDirect(directKey: string): Promise<{ conversation: ConversationRecord; created: boolean }> {
  const now = new Date()
  const fields = {
    kind: 'direct',
    memberCount: 2,
    seq: 0,
    rev: 0,
    lastMessageId: null,
    activeAt: now,
    createdAt: now,
    updatedAt: now,
  }
  try {
    const result = await ConversationModel.findOneAndUpdate(
      { directKey },
      { $setOnInsert: fields },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true, lean: true },
    )
    const conversation = result.value as ConversationRecord
    return { conversation, created: !result.lastErrorObject?.updatedExisting }
  } catch (error) {
    // Two upserts at once: the unique index lets one through, the other finds what it made.
    if (!duplicateKey(error)) throw error
    const conversation = await ConversationModel.findOne({ directKey }).lean<ConversationRecord>().exec()
    if (!conversation) throw error
    return { conversation, created: false }
  }
}

/**
 * Tells a conversation of its newest message and change. Never moves backwards, so tasks that write at the same time
 * may call it in any order.
 */
export async function advanceConversation(
  id: Id,
  newest: { seq: number; rev: number; messageId: Id; at: Date },
): Promise<void> {
  await ConversationModel.bulkWrite([
    {
      updateOne: {
        filter: { _id: id, seq: { $lt: newest.seq } },
        update: { $set: { seq: newest.seq, lastMessageId: newest.messageId, activeAt: newest.at, updatedAt: newest.at } },
      },
    },
    { updateOne: { filter: { _id: id }, update: { $max: { rev: newest.rev } } } },
  ])
}
