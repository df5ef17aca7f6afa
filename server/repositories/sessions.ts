import { LIMITS } from '#shared/limits'
import { SessionModel, type SessionRecord } from '../models/session'
import { deleteSubscriptionsOf } from './pushSubscriptions'

export type { SessionRecord }

interface Visit {
  userAgent: string
  ip: string
  now: Date
  expiresAt: Date
}

/** A session, the owner that it must have, and the generation that its refresh token must have. */
interface Rotation {
  sessionId: string
  userId: string
  generation: number
}

/** The filter for sessions that have not expired, neither by being unused nor by their age. */
const alive = () => ({
  expiresAt: { $gt: new Date() },
  createdAt: { $gt: new Date(Date.now() - LIMITS.sessionAge) },
})

export async function insertSession(
  userId: string,
  passwordGeneration: number,
  { now, ...visit }: Visit,
): Promise<SessionRecord> {
  const fields = {
    userId,
    passwordGeneration,
    generation: 1,
    rotatedAt: now,
    createdAt: now,
    lastUsedAt: now,
    ...visit,
  }
  return (await SessionModel.create(fields)).toObject()
}

export function findSession(id: string): Promise<SessionRecord | null> {
  return SessionModel.findOne({ _id: id, ...alive() })
    .lean<SessionRecord>()
    .exec()
}

/** The ids of those among these sessions that have not ended. */
export async function findAliveIds(ids: readonly string[]): Promise<Set<string>> {
  const found = await SessionModel.find({ _id: { $in: ids }, ...alive() }, { _id: 1 })
    .lean()
    .exec()
  return new Set(found.map((session) => session._id.toString()))
}

/** Stores that a session is valid for the password of this generation. */
export async function raisePasswordGeneration(id: string, passwordGeneration: number): Promise<void> {
  await SessionModel.updateOne({ _id: id }, { $set: { passwordGeneration } })
}

/** Advances a session to the next generation of its refresh token. Null: it ended, or another call was faster. */
export function rotateSession(
  { sessionId, userId, generation }: Rotation,
  { now, ...visit }: Visit,
): Promise<SessionRecord | null> {
  return SessionModel.findOneAndUpdate(
    { _id: sessionId, userId, generation, ...alive() },
    { $inc: { generation: 1 }, $set: { rotatedAt: now, lastUsedAt: now, ...visit } },
    { returnDocument: 'after' },
  )
    .lean<SessionRecord>()
    .exec()
}

/** A person's sessions, the most recently used first. */
export function listSessions(userId: string): Promise<SessionRecord[]> {
  return SessionModel.find({ userId, ...alive() })
    .sort({ lastUsedAt: -1 })
    .lean<SessionRecord[]>()
    .exec()
}

/** Ends one session of a person. False: they have none with that id. */
export async function deleteSession(userId: string, id: string): Promise<boolean> {
  if ((await SessionModel.deleteOne({ _id: id, userId })).deletedCount === 0) return false
  await deleteSubscriptionsOf([id])
  return true
}

/** Ends all sessions of a person except one, if there is one to keep. @returns the ids of those that ended */
export async function deleteOtherSessions(userId: string, keptId: string | null): Promise<string[]> {
  const others = await SessionModel.find({ userId, ...(keptId && { _id: { $ne: keptId } }) }, { _id: 1 })
    .lean()
    .exec()
  const ids = others.map((session) => session._id.toString())
  if (ids.length > 0) await SessionModel.deleteMany({ _id: { $in: ids } })
  await deleteSubscriptionsOf(ids)
  return ids
}
