import { Types } from 'mongoose'
import { UploadModel, type UploadRecord } from '../models/upload'
import type { Id } from './id'

export type { UploadRecord }

type LaterFields = 'messageId' | 'messageSeq' | 'clientId' | 'inUse' | 'completingAt'

export async function insertUpload(
  fields: Omit<UploadRecord, LaterFields> & Partial<Pick<UploadRecord, 'messageId' | 'clientId'>>,
): Promise<UploadRecord> {
  return (await UploadModel.create(fields)).toObject()
}

/** A copy of an upload that shares its bytes. */
export type UploadCopy = Omit<UploadRecord, 'inUse' | 'completingAt'> & { sharedKey: string }

export async function insertCopies(copies: readonly UploadCopy[]): Promise<void> {
  await UploadModel.insertMany(copies)
}

/** Whether an upload that is not removed uses the objects in the folder of this one. */
export async function isFolderUsed({ key }: Pick<UploadRecord, 'key'>): Promise<boolean> {
  const folder = key.slice(0, key.lastIndexOf('/'))
  // "0" is the character after "/".
  const inFolder = { key: { $gt: `${folder}/`, $lt: `${folder}0` } }
  const user = await UploadModel.findOne({ ...inFolder, status: { $in: ['pending', 'completing', 'complete'] } })
    .lean()
    .exec()
  return user !== null
}

export function findUpload(id: Id): Promise<UploadRecord | null> {
  return UploadModel.findById(id).lean<UploadRecord>().exec()
}

export async function findUploads(ids: readonly Id[]): Promise<UploadRecord[]> {
  // Most messages have no files, and every send calls this.
  if (ids.length === 0) return []
  return UploadModel.find({ _id: { $in: ids } })
    .lean<UploadRecord[]>()
    .exec()
}

/**
 * Moves an upload from one status to the next and stores what is known by then. Null: its status is no longer `from`.
 */
export function changeUpload(
  id: Id,
  from: UploadRecord['status'],
  fields: Partial<
    Pick<UploadRecord, 'status' | 'key' | 'mime' | 'size' | 'width' | 'height' | 'thumbnails' | 'durationMs'>
  >,
): Promise<UploadRecord | null> {
  return UploadModel.findOneAndUpdate({ _id: id, status: from }, { $set: fields }, { returnDocument: 'after' })
    .lean<UploadRecord>()
    .exec()
}

/** Milliseconds without a renewal after which a completion counts as broken off. */
const COMPLETION_LEASE_MS = 60_000

/** Claims a pending upload, or one whose completion broke off, for completing it. False: another call completes it. */
export async function startCompleting(id: Id): Promise<boolean> {
  const brokenOff = { status: 'completing' as const, completingAt: { $lt: new Date(Date.now() - COMPLETION_LEASE_MS) } }
  const { modifiedCount } = await UploadModel.updateOne(
    { _id: id, $or: [{ status: 'pending' }, brokenOff] },
    { $set: { status: 'completing', completingAt: new Date() } },
  )
  return modifiedCount === 1
}

/** Renews the claim on an upload while it is being completed. @returns a function that stops it */
export function keepCompleting(id: Id): () => void {
  const timer = setInterval(() => {
    UploadModel.updateOne({ _id: id, status: 'completing' }, { $set: { completingAt: new Date() } }).catch(() => {})
  }, COMPLETION_LEASE_MS / 3)
  return () => clearInterval(timer)
}

/**
 * Claims uploads for the message that they are sent with, if none of them was sent before. Uploads of an earlier send
 * with the same `clientId` that broke off are taken over. False: none was claimed.
 */
export async function claimUploads(ids: readonly Id[], messageId: Id, clientId: string): Promise<boolean> {
  const { modifiedCount } = await UploadModel.updateMany(
    { _id: { $in: ids }, status: 'complete', messageSeq: null, $or: [{ messageId: null }, { clientId }] },
    { $set: { messageId, clientId } },
  )
  if (modifiedCount === ids.length) return true
  await releaseUploads(messageId)
  return false
}

/** Releases the uploads that were claimed for a message that was not written. */
export async function releaseUploads(messageId: Id): Promise<void> {
  await UploadModel.updateMany({ messageId }, { $set: { messageId: null, messageSeq: null, clientId: null } })
}

/**
 * Stores which message uploads were sent with, and its `seq`.
 * @param claimId the message they were claimed for; another one if an earlier try had already written the message
 */
export async function assignUploads(claimId: Id, ids: readonly Id[], message: { id: Id; seq: number }): Promise<void> {
  await UploadModel.updateMany(
    { messageId: claimId, _id: { $in: ids } },
    { $set: { messageId: message.id, messageSeq: message.seq } },
  )
}

/** Marks an upload as the current picture of a person or group. False: it no longer exists. */
export async function startUsing(id: Id): Promise<boolean> {
  return (await UploadModel.updateOne({ _id: id, status: 'complete' }, { $set: { inUse: true } })).matchedCount === 1
}

export function findUploadsOfMessage(messageId: Id): Promise<UploadRecord[]> {
  return UploadModel.find({ messageId }).lean<UploadRecord[]>().exec()
}

/** Some uploads of a conversation, to delete them in batches. */
export function findUploadsOfConversation(conversationId: Id, limit: number): Promise<UploadRecord[]> {
  return UploadModel.find({ conversationId }).limit(limit).lean<UploadRecord[]>().exec()
}

/** Marks uploads as removed. From then on nobody can read them; their objects are deleted later. */
export async function markRemoved(ids: readonly Id[]): Promise<void> {
  await UploadModel.updateMany({ _id: { $in: ids } }, { $set: { status: 'removed' } })
}

/** The same for all uploads of a conversation. */
export async function markConversationRemoved(conversationId: Id): Promise<void> {
  await UploadModel.updateMany({ conversationId }, { $set: { status: 'removed' } })
}

/**
 * Marks an upload as removed, unless it was sent or became a picture meanwhile.
 * @param messageId the message that it is claimed for, as the caller knows it: null, or one that was never written
 * @returns the upload as it was; null when it stays
 */
export function withdrawUpload(id: Id, messageId: Id | null = null): Promise<UploadRecord | null> {
  const unsent = { _id: id, messageId, messageSeq: null, inUse: false }
  return UploadModel.findOneAndUpdate(unsent, { $set: { status: 'removed' } })
    .lean<UploadRecord>()
    .exec()
}

/** Uploads that were begun before a time and have no known message, and uploads whose removal broke off. */
export function findOrphans(before: Date, limit: number): Promise<UploadRecord[]> {
  const neverSent = { messageSeq: null, inUse: false, createdAt: { $lt: before } }
  const unkept = [
    { ...neverSent, keptUntil: null },
    { ...neverSent, keptUntil: { $lt: new Date() } },
  ]
  return UploadModel.find({ $or: [...unkept, { status: 'removed' }] })
    .limit(limit)
    .lean<UploadRecord[]>()
    .exec()
}

/** Keeps uploads that are not sent yet from being swept until then. */
export async function keepUploads(ids: readonly Id[], keptUntil: Date | null): Promise<void> {
  if (ids.length > 0) await UploadModel.updateMany({ _id: { $in: ids } }, { $set: { keptUntil } })
}

export async function deleteUploads(ids: readonly Id[]): Promise<void> {
  await UploadModel.deleteMany({ _id: { $in: ids } })
}

/** The bytes of a person's uploads, including unfinished ones, and the number and bytes of the unfinished ones. */
export async function usageOf(ownerId: Id): Promise<{ bytes: number; pending: { count: number; bytes: number } }> {
  const states = await UploadModel.aggregate<{ _id: UploadRecord['status']; count: number; bytes: number }>([
    { $match: { ownerId: new Types.ObjectId(ownerId) } },
    { $group: { _id: '$status', count: { $sum: 1 }, bytes: { $sum: '$size' } } },
  ])
  const sum = (of: typeof states, field: 'count' | 'bytes') => of.reduce((total, state) => total + state[field], 0)
  const pending = states.filter(({ _id }) => _id === 'pending' || _id === 'completing')
  return { bytes: sum(states, 'bytes'), pending: { count: sum(pending, 'count'), bytes: sum(pending, 'bytes') } }
}
