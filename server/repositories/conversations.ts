import { Types } from 'mongoose'
import type { Id } from './id'
import { ConversationModel, type ConversationRecord, type GroupSettings } from '../models/conversation'
import { announced } from './changes'
import { duplicateKey } from './errors'
import { findByIds } from './findMany'
import { withHead } from './heads'

export type { ConversationRecord, GroupSettings }
export { advanceConversation, withHead } from './heads'

const DEFAULT_SETTINGS: GroupSettings = { history: 'all', slowModeSeconds: 0, joinApproval: false }

export async function findConversation(id: Id): Promise<ConversationRecord | null> {
  return withHead(await ConversationModel.findById(id).lean<ConversationRecord>().exec())
}

export async function findConversations(ids: readonly Id[]): Promise<ConversationRecord[]> {
  return (await findByIds<ConversationRecord>(ConversationModel, ids)).map(withHead)
}

/** Finds or creates the only direct conversation of two people, however many calls there are at the same time. */
export async function findOrInsertDirect(
  directKey: string,
  memberCount: number,
): Promise<{ conversation: ConversationRecord; created: boolean }> {
  const { directKey: _, ...fields } = { ...emptyFields(), kind: 'direct', directKey, memberCount }
  try {
    const result = await ConversationModel.findOneAndUpdate(
      { directKey },
      { $setOnInsert: fields },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true, lean: true },
    )
    const conversation = withHead(result.value as ConversationRecord)
    return { conversation, created: !result.lastErrorObject?.updatedExisting }
  } catch (error) {
    // Of two upserts at once, the unique index lets one through, and the other one finds what it made.
    if (!duplicateKey(error)) throw error
    const conversation = await findDirect(directKey)
    if (!conversation) throw error
    return { conversation, created: false }
  }
}

/** The direct conversation of two people; null: they have none. */
export async function findDirect(directKey: string): Promise<ConversationRecord | null> {
  return withHead(await ConversationModel.findOne({ directKey }).lean<ConversationRecord>().exec())
}

/** Creates a group, still without members. */
export async function insertGroup(ownerId: Id, name: string, description: string): Promise<ConversationRecord> {
  return (await ConversationModel.create({ ...emptyFields(), kind: 'group', ownerId, name, description })).toObject()
}

/** Changes fields of a group. Null: it no longer exists. */
export function changeConversation(
  id: Id,
  fields: Partial<
    Pick<ConversationRecord, 'name' | 'description' | 'avatarId' | 'permissions' | 'settings' | 'memberCount'>
  >,
): Promise<ConversationRecord | null> {
  return updateConversation(id, { _id: id }, fields)
}

/** Gives a group a new owner, if it still belongs to `from`. Null: it does not. */
export function changeOwner(id: Id, from: Id | null, to: Id): Promise<ConversationRecord | null> {
  return updateConversation(id, { _id: id, ownerId: from }, { ownerId: new Types.ObjectId(to) })
}

export function deleteConversation(id: Id): Promise<void> {
  return announced(id, async () => {
    await ConversationModel.deleteOne({ _id: id })
  })
}

function updateConversation(
  id: Id,
  filter: { _id: Id; ownerId?: Id | null },
  fields: Partial<ConversationRecord>,
): Promise<ConversationRecord | null> {
  return announced(id, async () => {
    const change = { $set: { ...fields, updatedAt: new Date() } }
    return withHead(
      await ConversationModel.findOneAndUpdate(filter, change, { returnDocument: 'after' })
        .lean<ConversationRecord>()
        .exec(),
    )
  })
}

function emptyFields() {
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
