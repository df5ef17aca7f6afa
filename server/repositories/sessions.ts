import { LIMITS } from '#shared/limits'
import { SessionModel, type SessionRecord } from '../models/session'

export type { SessionRecord }

interface Visit {
  userAgent: string
  ip: string
  now: Date
  expiresAt: Date
}

/** A session, whose it must be, and at which of its refresh tokens it must stand. */
interface Turn {
  sessionId: string
  userId: string
  generation: number
}

/** Of a session that has not ended by time: by not being used, or by its age. */
const alive = () => ({
  expiresAt: { $gt: new Date() },
  createdAt: { $gt: new Date(Date.now() - LIMITS.sessionAge) },
})

export async function insertSession(userId: string, passwordGeneration: number, { now, ...visit }: Visit): Promise<SessionRecord> {
  const fields = { userId, passwordGeneration, generation: 1, rotatedAt: now, createdAt: now, lastUsedAt: now, ...visit }
  return (await SessionModel.create(fields)).toObject()
}

export function findSession(id: string): Promise<SessionRecord | null> {
  return SessionModel.findOne({ _id: id, ...alive() }).lean<SessionRecord>().exec()
}

/** Which of these sessions have not ended. */
export async function findAliveIds(ids: readonly string[]): Promise<Set<string>> {
  const found = await SessionModel.find({ _id: { $in: ids }, ...alive() }, { _id: 1 }).lean().exec()
  return new Set(found.map((session) => session._id.toString()))
}

/** Notes that a session was opened, or has been confirmed, with the password of this generation. */
export async function raisePasswordGeneration(id: string, passwordGeneration: number): Promise<void> {
  await SessionModel.updateOne({ _id: id }, { $set: { passwordGeneration } })
}

/** Moves a session from one generation of its refresh token to the next. Null when another call has done so already. */
export function rotateSession({ sessionId, userId, generation }: Turn, { now, ...visit }: Visit): Promise<SessionRecord | null> {
  return SessionModel.findOneAndUpdate(
    { _id: sessionId, userId, generation, ...alive() },
    { $inc: { generation: 1 }, $set: { rotatedAt: now, lastUsedAt: now, ...visit } },
    { returnDocument: 'after' },
  )
    .lean<SessionRecord>()
    .exec()
}

/** A person's sessions, the last used first. */
export function listSessions(userId: string): Promise<SessionRecord[]> {
  return SessionModel.find({ userId, ...alive() })
    .sort({ lastUsedAt: -1 })
    .lean<SessionRecord[]>()
    .exec()
}

/** Ends one session of a person. False when he has none by that id. */
export async function deleteSession(userId: string, id: string): Promise<boolean> {
  return (await SessionModel.deleteOne({ _id: id, userId })).deletedCount === 1
}

/** Ends a person's sessions but one; answers the ids of those that ended. */
export async function deleteOtherSessions(userId: string, keptId: string): Promise<string[]> {
  const others = await SessionModel.find({ userId, _id: { $ne: keptId } }, { _id: 1 }).lean().exec()
  const ids = others.map((session) => session._id.toString())
  if (ids.length > 0) await SessionModel.deleteMany({ _id: { $in: ids } })
  return ids
}
