import type { Types } from 'mongoose'
import type { ServerRole } from '#shared/domain/serverRoles'
import { ConversationModel, type ConversationRecord } from '../models/conversation'
import { UploadModel } from '../models/upload'
import { UserModel, type UserRecord } from '../models/user'
import { toObjectId } from './findMany'
import type { Id } from './id'

// What administrators page through. Every answer is bounded by its limit.

interface PeopleFilter {
  /** Folded words, each of which begins a search key. */
  words: readonly string[]
  /** The beginning of an email address. */
  email?: string
  role?: ServerRole
  isSuspended?: boolean
  /** The username after which the page begins. */
  after?: string
  limit: number
}

const begins = (text: string) => ({ $gte: text, $lt: `${text}\u{10FFFF}` })

/** A page of all people that fit, sorted by username. */
export function findPeople({ words, email, role, isSuspended, after, limit }: PeopleFilter): Promise<UserRecord[]> {
  const filter = {
    ...(words.length > 0 && { $and: words.map((word) => ({ searchKeys: { $elemMatch: begins(word) } })) }),
    ...(email && { email: begins(email) }),
    ...(role && { serverRole: role }),
    ...(isSuspended && { suspendedAt: { $exists: true } }),
    ...(after && { username: { $gt: after } }),
  }
  return UserModel.find(filter).sort({ username: 1 }).limit(limit).lean<UserRecord[]>().exec()
}

/** The ids of those among these people who are suspended. */
export async function findSuspended(ids: readonly Id[]): Promise<Set<string>> {
  const found = await UserModel.find({ _id: { $in: ids }, suspendedAt: { $exists: true } }, { _id: 1 })
    .lean()
    .exec()
  return new Set(found.map(({ _id }) => _id.toString()))
}

/** A page of all groups, the newest first. @param after the last one of the previous page */
export function findGroups(after: Id | undefined, limit: number): Promise<ConversationRecord[]> {
  const filter = { kind: 'group' as const, ...(after && { _id: { $lt: after } }) }
  return ConversationModel.find(filter).sort({ _id: -1 }).limit(limit).lean<ConversationRecord[]>().exec()
}

/** The bytes of the files of conversations, by their ids. Those without files are left out. */
export async function bytesOfConversations(ids: readonly Id[]): Promise<Map<string, number>> {
  const sums = await UploadModel.aggregate<{ _id: Types.ObjectId; bytes: number }>([
    { $match: { conversationId: { $in: ids.map(toObjectId) } } },
    { $group: { _id: '$conversationId', bytes: { $sum: '$size' } } },
  ])
  return new Map(sums.map(({ _id, bytes }) => [_id.toString(), bytes]))
}
