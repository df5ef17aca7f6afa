import type { Id } from './id'
import { UserModel, type UserRecord } from '../models/user'
import { duplicateKey } from './errors'

export type { UserRecord }

type NewUser = Pick<UserRecord, 'email' | 'username' | 'displayName' | 'passwordHash' | 'searchKeys'>

/** Creates a user. Answers the names of the fields that others have taken, instead of throwing. */
export async function insertUser(fields: NewUser): Promise<UserRecord | { taken: string[] }> {
  try {
    return (await UserModel.create(fields)).toObject()
  } catch (error) {
    if (duplicateKey(error)) return { taken: await takenFields(fields) }
    throw error
  }
}

/** An insert runs against one index at a time; whoever registers wants to hear of all that is taken. */
async function takenFields({ email, username }: NewUser): Promise<string[]> {
  const others = await UserModel.find({ $or: [{ email }, { username }] }).lean<UserRecord[]>().exec()
  const isTaken = { email: others.some((one) => one.email === email), username: others.some((one) => one.username === username) }
  return (['email', 'username'] as const).filter((field) => isTaken[field])
}

export function findUser(id: string): Promise<UserRecord | null> {
  return UserModel.findById(id).lean<UserRecord>().exec()
}

export function findUsers(ids: readonly Id[]): Promise<UserRecord[]> {
  return UserModel.find({ _id: { $in: ids } }).lean<UserRecord[]>().exec()
}

/** The user with this email or username (given in lower case), with the password's hash. */
export function findUserByLogin(login: string): Promise<UserRecord | null> {
  const filter = login.includes('@') ? { email: login } : { username: login }
  return UserModel.findOne(filter).select('+passwordHash').lean<UserRecord>().exec()
}

export function findUserWithHash(id: string): Promise<UserRecord | null> {
  return UserModel.findById(id).select('+passwordHash').lean<UserRecord>().exec()
}

/** People one of whose search keys begins with `start` (folded), everyone for an empty start; by username. */
export function findUsersByStart(start: string, limit: number): Promise<UserRecord[]> {
  const filter = start ? { searchKeys: { $elemMatch: { $gte: start, $lt: `${start}\u{10FFFF}` } } } : {}
  return UserModel.find(filter).sort({ username: 1 }).limit(limit).lean<UserRecord[]>().exec()
}

/** Puts the hash of a new password in the place of the one that was read. False: another change came first. */
export async function changeHash(id: Id, before: string, passwordHash: string, passwordGeneration: number): Promise<boolean> {
  const change = { $set: { passwordHash, passwordGeneration } }
  return (await UserModel.updateOne({ _id: id, passwordHash: before }, change)).modifiedCount === 1
}

/** Puts another hash of the same password in the place of the one that was read, unless it has changed. */
export async function replaceHash(id: Id, before: string, passwordHash: string): Promise<void> {
  await UserModel.updateOne({ _id: id, passwordHash: before }, { $set: { passwordHash } })
}

export function updateUser(
  id: string,
  fields: Partial<Pick<UserRecord, 'displayName' | 'about' | 'avatarId' | 'searchKeys' | 'lastSeenAt'>>,
): Promise<UserRecord | null> {
  return UserModel.findByIdAndUpdate(id, { $set: fields }, { returnDocument: 'after' }).lean<UserRecord>().exec()
}
