import type { Id } from './id'
import { MembershipModel, type MembershipRecord } from '../models/membership'

export type { MembershipRecord }

/** A person's place in a conversation; null when he is not a member, or there is no such conversation. */
export function findMembership(conversationId: string, userId: string): Promise<MembershipRecord | null> {
  return MembershipModel.findOne({ conversationId, userId }).lean<MembershipRecord>().exec()
}

export function findMembershipsOf(userId: string): Promise<MembershipRecord[]> {
  return MembershipModel.find({ userId }).lean<MembershipRecord[]>().exec()
}

/** The members of a conversation, or those of them who are named. */
export function findMembers(conversationId: Id, userIds?: readonly Id[]): Promise<MembershipRecord[]> {
  const filter = userIds ? { conversationId, userId: { $in: userIds } } : { conversationId }
  return MembershipModel.find(filter).lean<MembershipRecord[]>().exec()
}

/** Ids of the conversations that a person is a member of. */
export async function conversationIdsOf(userId: string): Promise<string[]> {
  const memberships = await MembershipModel.find({ userId }, { conversationId: 1, _id: 0 }).lean().exec()
  return memberships.map((membership) => membership.conversationId.toString())
}

/** Makes people members who are not yet; leaves the others as they are. */
export async function ensureMembers(conversationId: Id, userIds: readonly string[]): Promise<void> {
  const fields = {
    role: 'member' as const,
    joinedSeq: 0,
    readSeq: 0,
    notify: 'all' as const,
    mutedUntil: null,
    pinned: false,
    archived: false,
    joinedAt: new Date(),
  }
  await MembershipModel.bulkWrite(
    userIds.map((userId) => ({
      updateOne: { filter: { conversationId, userId }, update: { $setOnInsert: fields }, upsert: true },
    })),
    { ordered: false },
  )
}

/** Moves what a person has read forwards, never back. Null when he is no member or had read as far. */
export function advanceRead(conversationId: string, userId: string, seq: number): Promise<MembershipRecord | null> {
  return MembershipModel.findOneAndUpdate(
    { conversationId, userId, readSeq: { $lt: seq } },
    { $set: { readSeq: seq } },
    { returnDocument: 'after' },
  )
    .lean<MembershipRecord>()
    .exec()
}

export function updateMembership(
  conversationId: string,
  userId: string,
  fields: Partial<Pick<MembershipRecord, 'notify' | 'mutedUntil' | 'pinned' | 'archived'>>,
): Promise<MembershipRecord | null> {
  return MembershipModel.findOneAndUpdate({ conversationId, userId }, { $set: fields }, { returnDocument: 'after' })
    .lean<MembershipRecord>()
    .exec()
}
