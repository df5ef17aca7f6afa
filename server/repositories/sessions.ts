import { SessionModel, type SessionRecord } from '../models/session'

export type { SessionRecord }

interface Visit {
  userAgent: string
  ip: string
  now: Date
  expiresAt: Date
}

export async function insertSession(userId: string, { now, ...visit }: Visit): Promise<SessionRecord> {
  const fields = { userId, generation: 1, rotatedAt: now, createdAt: now, lastUsedAt: now, ...visit }
  return (await SessionModel.create(fields)).toObject()
}

export function findSession(id: string): Promise<SessionRecord | null> {
  return SessionModel.findOne({ _id: id, expiresAt: { $gt: new Date() } }).lean<SessionRecord>().exec()
}

/** Moves a session from one generation of its refresh token to the next. Null when another call has done so already. */
export function rotateSession(id: string, generation: number, { now, ...visit }: Visit): Promise<SessionRecord | null> {
  return SessionModel.findOneAndUpdate(
    { _id: id, generation },
    { $inc: { generation: 1 }, $set: { rotatedAt: now, lastUsedAt: now, ...visit } },
    { returnDocument: 'after' },
  )
    .lean<SessionRecord>()
    .exec()
}

/** A person's sessions, the last used first. */
export function listSessions(userId: string): Promise<SessionRecord[]> {
  return SessionModel.find({ userId, expiresAt: { $gt: new Date() } })
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
