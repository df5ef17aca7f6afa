import { RestrictionModel, type RestrictionRecord } from '../models/restriction'
import type { Id } from './id'

/** Stores the rights that a person who left a group was denied. */
export async function saveRestriction(
  conversationId: Id,
  userId: Id,
  { deny, until }: Pick<RestrictionRecord, 'deny' | 'until'>,
): Promise<void> {
  await RestrictionModel.updateOne({ conversationId, userId }, { $set: { deny, until } }, { upsert: true })
}

/** Removes and returns what was stored for a person. Null: nothing was. */
export function takeRestriction(conversationId: Id, userId: Id): Promise<RestrictionRecord | null> {
  return RestrictionModel.findOneAndDelete({ conversationId, userId }).lean<RestrictionRecord>().exec()
}

export async function deleteRestrictions(conversationId: Id): Promise<void> {
  await RestrictionModel.deleteMany({ conversationId })
}
