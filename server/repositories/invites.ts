import { InviteModel, type InviteRecord } from '../models/invite'
import type { Id } from './id'

export type { InviteRecord }

/** The filter for invites that can be used now: they have not expired and have uses left. */
const usable = (now: Date) => ({
  $and: [
    { $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] },
    { $or: [{ maxUses: null }, { remaining: { $gt: 0 } }] },
  ],
})

export async function insertInvite(fields: Omit<InviteRecord, '_id' | 'uses' | 'remaining'>): Promise<InviteRecord> {
  return (await InviteModel.create({ ...fields, uses: 0, remaining: fields.maxUses ?? 0 })).toObject()
}

export function findInvites(conversationId: Id): Promise<InviteRecord[]> {
  return InviteModel.find({ conversationId }).sort({ _id: -1 }).lean<InviteRecord[]>().exec()
}

/** An invite by its token, even if it is used up or has expired. */
export function findInvite(token: string): Promise<InviteRecord | null> {
  return InviteModel.findOne({ token }).lean<InviteRecord>().exec()
}

export function findUsableInvite(token: string, now: Date): Promise<InviteRecord | null> {
  return InviteModel.findOne({ token, ...usable(now) })
    .lean<InviteRecord>()
    .exec()
}

/** Takes one use of an invite, atomically, so that many calls cannot take more than there are. Null: none was left. */
export function takeUse(token: string, now: Date): Promise<InviteRecord | null> {
  return InviteModel.findOneAndUpdate(
    { token, ...usable(now) },
    { $inc: { uses: 1, remaining: -1 } },
    { returnDocument: 'after' },
  )
    .lean<InviteRecord>()
    .exec()
}

/** Gives back a use of an invite, after the person could not join. */
export async function giveUseBack(id: Id): Promise<void> {
  await InviteModel.updateOne({ _id: id }, { $inc: { uses: -1, remaining: 1 } })
}

export async function deleteInvite(conversationId: Id, id: Id): Promise<boolean> {
  return (await InviteModel.deleteOne({ _id: id, conversationId })).deletedCount === 1
}

/** Removes one person's invites to a group. */
export async function deleteInvitesOf(conversationId: Id, createdBy: Id): Promise<void> {
  await InviteModel.deleteMany({ conversationId, createdBy })
}

export async function deleteInvites(conversationId: Id): Promise<void> {
  await InviteModel.deleteMany({ conversationId })
}
