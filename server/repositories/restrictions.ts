import { RestrictionModel, type RestrictionRecord } from '../models/restriction'
import type { Id } from './id'

/** Keeps what is taken from a person while he is away. */
export async function saveRestriction(
  conversationId: Id,
  userId: Id,
  { deny, until }: Pick<RestrictionRecord, 'deny' | 'until'>,
): Promise<void> {
  await RestrictionModel.updateOne({ conversationId, userId }, { $set: { deny, until } }, { upsert: true })
}

/** What was kept for a person, taken out; null when nothing was. */
export function takeRestriction(conversationId: Id, userId: Id): Promise<RestrictionRecord | null> {
  return RestrictionModel.findOneAndDelete({ conversationId, userId }).lean<RestrictionRecord>().exec()
}

export async function deleteRestrictions(conversationId: Id): Promise<void> {
  await RestrictionModel.deleteMany({ conversationId })
}
