import { directKey } from '#shared/domain/messages'
import { ConversationModel, type ConversationRecord } from '../models/conversation'
import { MembershipModel, type MembershipRecord } from '../models/membership'
import { MessageModel } from '../models/message'
import { findByIds, findMany, toObjectId } from './findMany'
import type { Id } from './id'

/** The ids of those among these people who are in a group with a person. */
export async function groupMatesAmong(userId: Id, ids: readonly Id[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const projection = { conversationId: 1 }
  const own = await findMany<MembershipRecord>(MembershipModel, { userId: toObjectId(userId) }, { projection })
  const conversations = await findByIds<ConversationRecord>(
    ConversationModel,
    own.map(({ conversationId }) => conversationId),
    { kind: 1 },
  )
  const groups = conversations.filter(({ kind }) => kind === 'group').map(({ _id }) => _id)
  const filter = { conversationId: { $in: groups }, userId: { $in: ids.map(toObjectId) } }
  const mates = groups.length === 0 ? [] : await findMany<MembershipRecord>(MembershipModel, filter)
  return new Set(mates.map((mate) => mate.userId.toString()))
}

/**
 * Who has written to whom in the direct conversations of a person with others.
 * @returns by the other one's id: whether the person has written there, and whether the other one has. People without a
 *   direct conversation are left out
 */
export async function writtenBetween(
  userId: string,
  otherIds: readonly string[],
): Promise<Map<string, { byOne: boolean; byOther: boolean }>> {
  const entries = otherIds.map(async (otherId) => {
    const direct = await ConversationModel.findOne({ directKey: directKey(userId, otherId) }, { _id: 1 })
      .lean()
      .exec()
    if (!direct) return []
    const [byOne, byOther] = await Promise.all([hasWritten(direct._id, userId), hasWritten(direct._id, otherId)])
    return [[otherId, { byOne, byOther }] as const]
  })
  return new Map((await Promise.all(entries)).flat())
}

async function hasWritten(conversationId: Id, senderId: Id): Promise<boolean> {
  return (await MessageModel.exists({ conversationId, senderId, kind: 'text' }).exec()) !== null
}
