import { DEFAULT_PRIVACY, type Privacy } from '#shared/domain/privacy'
import type { Id } from './id'
import { UserModel, type PersonRecord, type UserRecord } from '../models/user'
import { duplicateKey } from './errors'
import { findByIds } from './findMany'
import { isHeldFromOthers } from './heldNames'

export type { PersonRecord, UserRecord }

/** The projection to a `PersonRecord`, without search keys and what people sign in with. */
const PERSON = { username: 1, displayName: 1, about: 1, avatarId: 1, lastSeenAt: 1 } as const

type NewUser = Pick<
  UserRecord,
  | 'email'
  | 'username'
  | 'displayName'
  | 'passwordHash'
  | 'searchKeys'
  | 'searchVersion'
  | 'emailVerifiedAt'
  | 'suspendedAt'
  | 'awaitsApproval'
>

/** Creates a user. @returns the user, or the names of the fields whose values are taken */
export async function insertUser(fields: NewUser): Promise<UserRecord | { taken: string[] }> {
  try {
    const user = (await UserModel.create(fields)).toObject()
    // The insert reserves the name, so this cannot miss that somebody gives it up at the same time.
    if (!(await isHeldFromOthers(user.username, user._id))) return user
    await UserModel.deleteOne({ _id: user._id })
    return { taken: ['username'] }
  } catch (error) {
    if (duplicateKey(error)) return { taken: await takenFields(fields) }
    throw error
  }
}

/** Removes an account that was made just now, and has nothing yet. */
export async function deleteNewUser(id: Id): Promise<void> {
  await UserModel.deleteOne({ _id: id })
}

/** The fields whose values are taken. A refused insert only names one of them. */
async function takenFields({ email, username }: NewUser): Promise<string[]> {
  const others = await UserModel.find({ $or: [{ email }, { username }] })
    .lean<UserRecord[]>()
    .exec()
  const isTaken = {
    email: others.some((one) => one.email === email),
    username: others.some((one) => one.username === username),
  }
  return (['email', 'username'] as const).filter((field) => isTaken[field])
}

export function findUser(id: string): Promise<UserRecord | null> {
  return UserModel.findById(id).lean<UserRecord>().exec()
}

export function findUsers(ids: readonly Id[]): Promise<PersonRecord[]> {
  return findByIds<PersonRecord>(UserModel, ids, PERSON)
}

/** What people have set of how they are notified, by their ids. */
export async function findNotificationSettings(
  ids: readonly Id[],
): Promise<Map<string, Pick<UserRecord, 'notifications'>>> {
  const found = await findByIds<Pick<UserRecord, '_id' | 'notifications'>>(UserModel, ids, { notifications: 1 })
  return new Map(found.map((user) => [user._id.toString(), user]))
}

/** What these people have set of who may do what, by their ids. Those who have set nothing are left out. */
export async function findPrivacy(ids: readonly Id[]): Promise<Map<string, Privacy>> {
  const found = await findByIds<Pick<UserRecord, '_id' | 'privacy'>>(UserModel, ids, { privacy: 1 })
  return new Map(
    found.flatMap(({ _id, privacy }) =>
      privacy ? [[_id.toString(), { ...DEFAULT_PRIVACY, ...privacy }] as const] : [],
    ),
  )
}

/** The user with this email or username, with the password's hash. @param login in lower case */
export function findUserByLogin(login: string): Promise<UserRecord | null> {
  const filter = login.includes('@') ? { email: login } : { username: login }
  return UserModel.findOne(filter).select('+passwordHash').lean<UserRecord>().exec()
}

export function findUserWithHash(id: string): Promise<UserRecord | null> {
  return UserModel.findById(id).select('+passwordHash').lean<UserRecord>().exec()
}

/**
 * People with a search key that begins with each of these words, sorted by username. Without words, everyone. Accounts
 * that wait until they are let in are left out. The index
 * serves one of the words: the first, unless the database chooses a better one.
 */
export function findUsersByWords(words: readonly string[], limit: number): Promise<UserRecord[]> {
  const begins = words.map((word) => ({ searchKeys: { $elemMatch: { $gte: word, $lt: `${word}\u{10FFFF}` } } }))
  const filter = begins.length > 0 ? { $and: begins } : {}
  return UserModel.find({ ...filter, awaitsApproval: null })
    .sort({ username: 1 })
    .limit(limit)
    .lean<UserRecord[]>()
    .exec()
}

/** Stores the hash of a new password, if the hash is still `before`. False: another change came first. */
export async function changeHash(
  id: Id,
  before: string,
  passwordHash: string,
  passwordGeneration: number,
): Promise<boolean> {
  const change = { $set: { passwordHash, passwordGeneration } }
  return (await UserModel.updateOne({ _id: id, passwordHash: before }, change)).modifiedCount === 1
}

/** Stores that an address is a person's own, if it is still theirs and was not verified before. */
export async function markEmailVerified(id: Id, email: string): Promise<void> {
  await UserModel.updateOne({ _id: id, email, emailVerifiedAt: null }, { $set: { emailVerifiedAt: new Date() } })
}

/** Gives a person another username. Null: it is taken, or theirs is no longer `before`. */
export async function renameUser(
  id: Id,
  before: string,
  fields: Pick<UserRecord, 'username' | 'searchKeys' | 'searchVersion'>,
): Promise<UserRecord | null> {
  try {
    const renamed = UserModel.findOneAndUpdate(
      { _id: id, username: before },
      { $set: fields },
      { returnDocument: 'after' },
    )
    return await renamed.lean<UserRecord>().exec()
  } catch (error) {
    if (duplicateKey(error)) return null
    throw error
  }
}

/** Stores a new hash of the same password, if the hash is still `before`. */
export async function replaceHash(id: Id, before: string, passwordHash: string): Promise<void> {
  await UserModel.updateOne({ _id: id, passwordHash: before }, { $set: { passwordHash } })
}

/** Some users whose search keys were made by another version of the rule. */
export function findUsersOfOtherSearchVersion(version: number, limit: number): Promise<UserRecord[]> {
  const others = [{ searchVersion: { $lt: version } }, { searchVersion: { $gt: version } }, { searchVersion: null }]
  return UserModel.find({ $or: others }).limit(limit).lean<UserRecord[]>().exec()
}

/** Stores recomputed search keys. People who have changed their name meanwhile have current ones already. */
export async function renewSearchKeys(
  users: readonly Pick<UserRecord, '_id' | 'displayName' | 'searchKeys' | 'searchVersion'>[],
): Promise<void> {
  await UserModel.bulkWrite(
    users.map(({ _id, displayName, searchKeys, searchVersion }) => ({
      updateOne: { filter: { _id, displayName }, update: { $set: { searchKeys, searchVersion } } },
    })),
    { ordered: false },
  )
}

export function updateUser(
  id: string,
  fields: Partial<
    Pick<
      UserRecord,
      | 'displayName'
      | 'about'
      | 'avatarId'
      | 'searchKeys'
      | 'searchVersion'
      | 'notifications'
      | 'linkPreviews'
      | 'language'
      | 'privacy'
      | 'lastSeenAt'
    >
  >,
): Promise<UserRecord | null> {
  return UserModel.findByIdAndUpdate(id, { $set: fields }, { returnDocument: 'after' }).lean<UserRecord>().exec()
}
