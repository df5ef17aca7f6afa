import { BanModel, type BanRecord } from '../models/ban'
import type { Id } from './id'

export type { BanRecord }

export async function insertBan(conversationId: Id, userId: Id, bannedBy: Id): Promise<void> {
  await BanModel.updateOne(
    { conversationId, userId },
    { $setOnInsert: { bannedBy, createdAt: new Date() } },
    { upsert: true },
  )
}

/** Removes a ban. False: there was none. */
export async function deleteBan(conversationId: Id, userId: Id): Promise<boolean> {
  return (await BanModel.deleteOne({ conversationId, userId })).deletedCount === 1
}

/** The bans of a group, newest first. @param userIds only the bans of these people */
export function findBans(conversationId: Id, userIds?: readonly Id[]): Promise<BanRecord[]> {
  const filter = userIds ? { conversationId, userId: { $in: userIds } } : { conversationId }
  return BanModel.find(filter).sort({ _id: -1 }).lean<BanRecord[]>().exec()
}

export async function deleteBans(conversationId: Id): Promise<void> {
  await BanModel.deleteMany({ conversationId })
}
