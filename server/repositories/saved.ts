import { SavedModel, type SavedRecord } from '../models/saved'
import type { Id } from './id'

export type { SavedRecord }

/** Adds a message to a person's list, unless it is there. */
export async function insertSaved(userId: Id, messageId: Id): Promise<void> {
  await SavedModel.updateOne({ userId, messageId }, { $setOnInsert: { userId, messageId } }, { upsert: true })
}

export async function deleteSaved(userId: Id, messageId: Id): Promise<void> {
  await SavedModel.deleteOne({ userId, messageId })
}

export function countSaved(userId: Id): Promise<number> {
  return SavedModel.countDocuments({ userId }).exec()
}

export function findSaved(userId: Id, messageId: Id): Promise<SavedRecord | null> {
  return SavedModel.findOne({ userId, messageId }).lean<SavedRecord>().exec()
}

/** What a person has saved, the last first. @param before only what was saved before this */
export function listSaved(userId: Id, before: SavedRecord | null, limit: number): Promise<SavedRecord[]> {
  return SavedModel.find({ userId, ...(before && { _id: { $lt: before._id } }) })
    .sort({ _id: -1 })
    .limit(limit)
    .lean<SavedRecord[]>()
    .exec()
}
