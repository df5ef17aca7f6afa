import type { Id } from './id'
import { ConversationModel, type ConversationRecord, type GroupSettings } from '../models/conversation'
import { duplicateKey } from './errors'

export type { ConversationRecord, GroupSettings }

const DEFAULT_SETTINGS: GroupSettings = { history: 'all', slowModeSeconds: 0, joinApproval: false }

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
  const { directKey: _, ...fields } = { ...blank(), kind: 'direct', directKey, memberCount: 2 }
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
 * Tells a conversation of its newest change and, if there is one, its newest message. Never moves backwards, so tasks
 * that write at the same time may call it in any order.
 */
export async function advanceConversation(
  id: Id,
  newest: { rev: number; message?: { seq: number; id: Id; at: Date } },
): Promise<void> {
  const { rev, message } = newest
  const advanceRev = { updateOne: { filter: { _id: id }, update: { $max: { rev } } } }
  if (!message) {
    await ConversationModel.bulkWrite([advanceRev])
    return
  }
  const fields = { seq: message.seq, lastMessageId: message.id, activeAt: message.at, updatedAt: message.at }
  const advanceSeq = { updateOne: { filter: { _id: id, seq: { $lt: message.seq } }, update: { $set: fields } } }
  await ConversationModel.bulkWrite([advanceSeq, advanceRev])
}

/** Makes a group, without members yet. */
export async function insertGroup(ownerId: Id, name: string, description: string): Promise<ConversationRecord> {
  return (await ConversationModel.create({ ...blank(), kind: 'group', ownerId, name, description })).toObject()
}

/** Changes what a group says of itself. Null when it is gone. */
export function changeConversation(
  id: Id,
  fields: Partial<Pick<ConversationRecord, 'name' | 'description' | 'avatarId' | 'permissions' | 'settings' | 'memberCount'>>,
): Promise<ConversationRecord | null> {
  return ConversationModel.findByIdAndUpdate(
    id,
    { $set: { ...fields, updatedAt: new Date() } },
    { returnDocument: 'after' },
  )
    .lean<ConversationRecord>()
    .exec()
}

/** Gives a group to another owner, if it still belongs to the one who gives it. */
export function changeOwner(id: Id, from: Id, to: Id): Promise<ConversationRecord | null> {
  return ConversationModel.findOneAndUpdate(
    { _id: id, ownerId: from },
    { $set: { ownerId: to, updatedAt: new Date() } },
    { returnDocument: 'after' },
  )
    .lean<ConversationRecord>()
    .exec()
}

export async function deleteConversation(id: Id): Promise<void> {
  await ConversationModel.deleteOne({ _id: id })
}

function blank() {
  const now = new Date()
  return {
    name: null,
    description: null,
    avatarId: null,
    ownerId: null,
    permissions: {},
    settings: DEFAULT_SETTINGS,
    memberCount: 0,
    seq: 0,
    rev: 0,
    lastMessageId: null,
    activeAt: now,
    createdAt: now,
    updatedAt: now,
  }
}
