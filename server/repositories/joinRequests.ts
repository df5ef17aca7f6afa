import { JoinRequestModel, type JoinRequestRecord } from '../models/joinRequest'
import type { Id } from './id'

export type { JoinRequestRecord }

/** Stores a person's request to join. False: they had asked already. */
export async function insertJoinRequest(conversationId: Id, userId: Id): Promise<boolean> {
  const result = await JoinRequestModel.updateOne(
    { conversationId, userId },
    { $setOnInsert: { createdAt: new Date() } },
    { upsert: true },
  )
  return result.upsertedCount === 1
}

export async function hasJoinRequest(conversationId: Id, userId: Id): Promise<boolean> {
  return (await JoinRequestModel.exists({ conversationId, userId })) !== null
}

/** Removes a request. False: there was none, or another moderator was faster. */
export async function takeJoinRequest(conversationId: Id, userId: Id): Promise<boolean> {
  return (await JoinRequestModel.deleteOne({ conversationId, userId })).deletedCount === 1
}

export function findJoinRequests(conversationId: Id): Promise<JoinRequestRecord[]> {
  return JoinRequestModel.find({ conversationId }).sort({ _id: 1 }).lean<JoinRequestRecord[]>().exec()
}

export async function deleteJoinRequests(conversationId: Id): Promise<void> {
  await JoinRequestModel.deleteMany({ conversationId })
}
