import { ScheduledModel, type ScheduledRecord } from '../models/scheduled'
import { duplicateKey } from './errors'
import type { Id } from './id'

export type { ScheduledRecord }
export type NewScheduled = Pick<ScheduledRecord, 'at' | 'clientId' | 'text'> & {
  userId: Id
  conversationId: Id
  uploadIds: Id[]
  replyToId: Id | null
}

/** Inserts a scheduled message. With the same clientId as an earlier one, it answers that one. */
export async function insertScheduled(fields: NewScheduled): Promise<{ scheduled: ScheduledRecord; created: boolean }> {
  const waiting = { state: 'waiting' as const, reason: null, leaseUntil: null, createdAt: new Date() }
  try {
    return { scheduled: (await ScheduledModel.create({ ...fields, ...waiting })).toObject(), created: true }
  } catch (error) {
    const { userId, clientId } = fields
    const earlier = duplicateKey(error) && (await findScheduledByClientId(userId, clientId))
    if (!earlier) throw error
    return { scheduled: earlier, created: false }
  }
}

export function findScheduledByClientId(userId: Id, clientId: string): Promise<ScheduledRecord | null> {
  return ScheduledModel.findOne({ userId, clientId }).lean<ScheduledRecord>().exec()
}

/** A person's scheduled messages, the next one first. */
export function findScheduledOf(userId: Id): Promise<ScheduledRecord[]> {
  return ScheduledModel.find({ userId }).sort({ at: 1, _id: 1 }).lean<ScheduledRecord[]>().exec()
}

export function findScheduled(userId: Id, id: Id): Promise<ScheduledRecord | null> {
  return ScheduledModel.findOne({ _id: id, userId }).lean<ScheduledRecord>().exec()
}

export function countScheduled(userId: Id): Promise<number> {
  return ScheduledModel.countDocuments({ userId }).exec()
}

/** Changes a message that no task sends now. Null: there is none, or a task sends it. */
export function changeScheduled(
  userId: Id,
  id: Id,
  fields: Partial<Pick<ScheduledRecord, 'at' | 'text' | 'state' | 'reason'>>,
): Promise<ScheduledRecord | null> {
  return ScheduledModel.findOneAndUpdate(
    { _id: id, userId, state: { $in: ['waiting', 'refused'] } },
    { $set: fields },
    { returnDocument: 'after' },
  )
    .lean<ScheduledRecord>()
    .exec()
}

/** Removes a message that no task sends now. Null: there is none, or a task sends it. */
export function removeScheduled(userId: Id, id: Id): Promise<ScheduledRecord | null> {
  return ScheduledModel.findOneAndDelete({ _id: id, userId, state: { $in: ['waiting', 'refused'] } })
    .lean<ScheduledRecord>()
    .exec()
}

/** What may be sent now: messages whose time has come, and those of a task that died while it sent them. */
const due = (now: Date) => [
  { state: 'waiting' as const, at: { $lte: now } },
  { state: 'sending' as const, at: { $lte: now }, leaseUntil: { $lte: now } },
]

export function findDue(now: Date, limit: number): Promise<ScheduledRecord[]> {
  return ScheduledModel.find({ $or: due(now) })
    .sort({ at: 1 })
    .limit(limit)
    .lean<ScheduledRecord[]>()
    .exec()
}

/** When the next message is due. Null: none waits. */
export async function nextDueAt(): Promise<Date | null> {
  const next = await ScheduledModel.findOne({ state: 'waiting' }).sort({ at: 1 }).lean<ScheduledRecord>().exec()
  return next?.at ?? null
}

/** Claims a message for one task, until `leaseUntil`. Null: another task has it, or its author has changed it. */
export function claimScheduled(id: Id, now: Date, leaseUntil: Date): Promise<ScheduledRecord | null> {
  return ScheduledModel.findOneAndUpdate(
    { _id: id, $or: due(now) },
    { $set: { state: 'sending', leaseUntil } },
    { returnDocument: 'after' },
  )
    .lean<ScheduledRecord>()
    .exec()
}

/** Ends a claim: the message was sent and is removed. */
export async function finishScheduled(id: Id, leaseUntil: Date): Promise<void> {
  await ScheduledModel.deleteOne({ _id: id, leaseUntil })
}

/** Ends a claim with another state. Null: the claim has run out. */
export function releaseScheduled(
  id: Id,
  leaseUntil: Date,
  fields: Pick<ScheduledRecord, 'at' | 'state' | 'reason'>,
): Promise<ScheduledRecord | null> {
  return ScheduledModel.findOneAndUpdate(
    { _id: id, leaseUntil },
    { $set: { ...fields, leaseUntil: null } },
    { returnDocument: 'after' },
  )
    .lean<ScheduledRecord>()
    .exec()
}
