import type { Id } from './id'
import { UserModel, type PersonRecord, type UserRecord } from '../models/user'
import { duplicateKey } from './errors'
import { findByIds } from './findMany'

export type { PersonRecord, UserRecord }

/** The fields of a `PersonRecord`; what a person is found by and signs in with stays where it is. */
const PERSON = { username: 1, displayName: 1, about: 1, avatarId: 1, lastSeenAt: 1 } as const

type NewUser = Pick<UserRecord, 'email' | 'username' | 'displayName' | 'passwordHash' | 'searchKeys' | 'searchVersion'>

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

export function findUsers(ids: readonly Id[]): Promise<PersonRecord[]> {
  return findByIds<PersonRecord>(UserModel, ids, PERSON)
}

/** The user with this email or username (given in lower case), with the password's hash. */
export function findUserByLogin(login: string): Promise<UserRecord | null> {
  const filter = login.includes('@') ? { email: login } : { username: login }
  return UserModel.findOne(filter).select('+passwordHash').lean<UserRecord>().exec()
}

export function findUserWithHash(id: string): Promise<UserRecord | null> {
  return UserModel.findById(id).select('+passwordHash').lean<UserRecord>().exec()
}

/**
 * People who have a search key beginning with each of these words, everyone for no word; by username.
 * The index is read for one of the words: the first, where the database does not know better.
 */
export function findUsersByWords(words: readonly string[], limit: number): Promise<UserRecord[]> {
  const begins = words.map((word) => ({ searchKeys: { $elemMatch: { $gte: word, $lt: `${word}\u{10FFFF}` } } }))
  const filter = begins.length > 0 ? { $and: begins } : {}
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

/** Some of those whose search keys were made by another version of the rule. */
export function findUsersOfOtherSearchVersion(version: number, limit: number): Promise<UserRecord[]> {
  const others = [{ searchVersion: { $lt: version } }, { searchVersion: { $gt: version } }, { searchVersion: null }]
  return UserModel.find({ $or: others }).limit(limit).lean<UserRecord[]>().exec()
}

/** Gives people their search keys anew; those who have changed their name meanwhile have them already. */
export async function renewSearchKeys(users: readonly (Pick<UserRecord, '_id' | 'displayName' | 'searchKeys' | 'searchVersion'>)[]): Promise<void> {
  await UserModel.bulkWrite(
    users.map(({ _id, displayName, searchKeys, searchVersion }) => ({
      updateOne: { filter: { _id, displayName }, update: { $set: { searchKeys, searchVersion } } },
    })),
    { ordered: false },
  )
}

export function updateUser(
  id: string,
  fields: Partial<Pick<UserRecord, 'displayName' | 'about' | 'avatarId' | 'searchKeys' | 'searchVersion' | 'lastSeenAt'>>,
): Promise<UserRecord | null> {
  return UserModel.findByIdAndUpdate(id, { $set: fields }, { returnDocument: 'after' }).lean<UserRecord>().exec()
}
