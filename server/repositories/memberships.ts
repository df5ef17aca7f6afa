import { Types } from 'mongoose'
import type { Id } from './id'
import type { Block } from '#shared/domain/blocks'
import type { Role } from '#shared/domain/permissions'
import { MembershipModel, type MembershipRecord } from '../models/membership'
import { announced } from './changes'
import { findMany, toObjectId } from './findMany'

export type { MembershipRecord }

/** A person's membership of a conversation. Null: they are no member, or there is no such conversation. */
export function findMembership(conversationId: string, userId: string): Promise<MembershipRecord | null> {
  return MembershipModel.findOne({ conversationId, userId }).lean<MembershipRecord>().exec()
}

export function findMembershipsOf(userId: string): Promise<MembershipRecord[]> {
  return findMany(MembershipModel, { userId: toObjectId(userId) })
}

/** The members of a conversation. @param userIds only the members among these people */
export function findMembers(conversationId: Id, userIds?: readonly Id[]): Promise<MembershipRecord[]> {
  const filter = {
    conversationId: toObjectId(conversationId),
    ...(userIds && { userId: { $in: userIds.map(toObjectId) } }),
  }
  return findMany(MembershipModel, filter)
}

/** The ids of the conversations that a person is a member of. */
export async function conversationIdsOf(userId: string): Promise<string[]> {
  const memberships = await MembershipModel.find({ userId }, { conversationId: 1, _id: 0 }).lean().exec()
  return memberships.map((membership) => membership.conversationId.toString())
}

export interface NewMember {
  userId: Id
  role: Role
}

/**
 * Makes people members who are not yet. The others stay as they are.
 * @param joinedSeq the conversation's newest `seq`; for new members, everything up to it is history and counts as read
 * @returns the ids of those who were not members before
 */
export async function ensureMembers(
  conversationId: Id,
  members: readonly NewMember[],
  joinedSeq: number,
): Promise<string[]> {
  if (members.length === 0) return []
  const fields = {
    allow: [],
    deny: [],
    until: null,
    joinedSeq,
    readSeq: joinedSeq,
    notify: 'all' as const,
    mutedUntil: null,
    pinned: false,
    archived: false,
    joinedAt: new Date(),
  }
  const upserts = members.map(({ userId, role }) => ({
    updateOne: { filter: { conversationId, userId }, update: { $setOnInsert: { ...fields, role } }, upsert: true },
  }))
  const result = await announced(conversationId, () => MembershipModel.bulkWrite(upserts, { ordered: false }))
  return Object.keys(result.upsertedIds).map((index) => members[Number(index)]!.userId.toString())
}

/** Deletes a membership. Null: there was none, or its role is no longer `role`, because another change came first. */
export function deleteMembership(conversationId: Id, userId: Id, role: Role): Promise<MembershipRecord | null> {
  return announced(conversationId, () =>
    MembershipModel.findOneAndDelete({ conversationId, userId, role }).lean<MembershipRecord>().exec(),
  )
}

/** Changes a member's role or single rights. Null: they are no longer a member, or their role is no longer `role`. */
export function changeMembership(
  conversationId: Id,
  userId: Id,
  role: Role,
  fields: Partial<Pick<MembershipRecord, 'role' | 'allow' | 'deny' | 'until'>>,
): Promise<MembershipRecord | null> {
  return announced(conversationId, () =>
    MembershipModel.findOneAndUpdate({ conversationId, userId, role }, { $set: fields }, { returnDocument: 'after' })
      .lean<MembershipRecord>()
      .exec(),
  )
}

export function countMembers(conversationId: Id): Promise<number> {
  return MembershipModel.countDocuments({ conversationId }).exec()
}

export function deleteMemberships(conversationId: Id): Promise<void> {
  return announced(conversationId, async () => {
    await MembershipModel.deleteMany({ conversationId })
  })
}

/** How far a person has read in a conversation. */
export interface ReadPosition {
  conversationId: string
  userId: string
  seq: number
  /** The position before, and when it moved. */
  lastRead: { after: number; at: Date }
}

/** Advances people's read positions, never backwards. People who are no longer members are left out. */
export async function advanceReads(positions: readonly ReadPosition[]): Promise<void> {
  const operations = positions.map(({ conversationId, userId, seq, lastRead }) => ({
    updateOne: {
      filter: {
        conversationId: new Types.ObjectId(conversationId),
        userId: new Types.ObjectId(userId),
        readSeq: { $lt: seq },
      },
      update: { $set: { readSeq: seq, lastRead } },
    },
  }))
  await MembershipModel.collection.bulkWrite(operations, { ordered: false })
}

/** A person's own settings of a conversation. */
export type OwnFields = Partial<
  Pick<
    MembershipRecord,
    | 'notify'
    | 'notifyChosen'
    | 'mutedUntil'
    | 'pinned'
    | 'pinOrder'
    | 'archived'
    | 'archivedSeq'
    | 'returnsWith'
    | 'markedUnread'
  >
>

/**
 * Changes a person's own settings of a conversation.
 * @param clearedSeq hides the history up to there from them; it never goes back
 * @returns null when they are no member
 */
export async function updateMembership(
  conversationId: string,
  userId: string,
  fields: OwnFields,
  clearedSeq?: number,
): Promise<MembershipRecord | null> {
  const update = { $set: fields, ...(clearedSeq !== undefined && { $max: { clearedSeq } }) }
  const write = () =>
    MembershipModel.findOneAndUpdate({ conversationId, userId }, update, { returnDocument: 'after' })
      .lean<MembershipRecord>()
      .exec()
  // The tasks' copies are asked for these two; the others are only shown.
  const isCopied = clearedSeq !== undefined || fields.markedUnread !== undefined
  return isCopied ? announced(conversationId, write) : write()
}

/**
 * Makes a member follow a thread, or no longer.
 * @param most how many threads of a conversation a person follows, and has stopped to follow; the oldest are dropped
 * @returns null when they are no member
 */
export async function setFollow(
  conversationId: Id,
  userId: Id,
  rootId: Id,
  follows: boolean,
  most: number,
): Promise<MembershipRecord | null> {
  const [list, other] = follows ? (['follows', 'unfollows'] as const) : (['unfollows', 'follows'] as const)
  const update = (changes: object) =>
    MembershipModel.findOneAndUpdate({ conversationId, userId }, changes, { returnDocument: 'after' })
      .lean<MembershipRecord>()
      .exec()
  const changed = await update({ $addToSet: { [list]: rootId }, $pull: { [other]: rootId } })
  const [oldest, ...rest] = changed?.[list] ?? []
  return rest.length < most ? changed : update({ $pull: { [list]: oldest } })
}

export function countPinned(userId: string): Promise<number> {
  return MembershipModel.countDocuments({ userId, pinned: true }).exec()
}

/** Stores who has blocked whom in a direct conversation. @param blocks by user id; undefined: there is no block */
export function setBlocks(conversationId: Id, blocks: ReadonlyMap<string, Block | undefined>): Promise<unknown> {
  const operations = Array.from(blocks, ([userId, block]) => ({
    updateOne: {
      filter: { conversationId, userId },
      update: block ? { $set: { block } } : { $unset: { block: '' } },
    },
  }))
  return announced(conversationId, () => MembershipModel.bulkWrite(operations, { ordered: false }))
}

/** Stores when a member last edited a message, for slow mode. */
export function noteEdit(conversationId: Id, userId: Id, at: Date): Promise<unknown> {
  return announced(conversationId, () =>
    MembershipModel.updateOne({ conversationId, userId }, { $set: { lastEditAt: at } }).exec(),
  )
}
