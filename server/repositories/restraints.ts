import { RestraintModel, type RestraintRecord } from '../models/restraint'
import type { Id } from './id'

/** Keeps what is taken from a person while he is away. */
export async function keepRestraint(
  conversationId: Id,
  userId: Id,
  { deny, until }: Pick<RestraintRecord, 'deny' | 'until'>,
): Promise<void> {
  await RestraintModel.updateOne({ conversationId, userId }, { $set: { deny, until } }, { upsert: true })
}

/** What was kept for a person, taken out; null when nothing was. */
export function takeRestraint(conversationId: Id, userId: Id): Promise<RestraintRecord | null> {
  return RestraintModel.findOneAndDelete({ conversationId, userId }).lean<RestraintRecord>().exec()
}

export async function deleteRestraints(conversationId: Id): Promise<void> {
  await RestraintModel.deleteMany({ conversationId })
}
