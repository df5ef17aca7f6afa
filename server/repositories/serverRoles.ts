import type { ServerRole } from '#shared/domain/serverRoles'
import { AdministratorsModel } from '../models/administrators'
import { UserModel, type UserRecord } from '../models/user'
import { duplicateKey } from './errors'
import { toRecordId, type Id } from './id'

const ALL = { _id: 'all' } as const

/** The ids of all administrators. Empty: there has never been one. */
export async function findAdministratorIds(): Promise<string[]> {
  const record = await AdministratorsModel.findById(ALL._id).lean().exec()
  return (record?.userIds ?? []).map(String)
}

/** Makes somebody the first administrator, unless there is one. Of several calls at once, one answers true. */
export function claimAdministration(userId: Id): Promise<boolean> {
  return upsert({ $setOnInsert: { userIds: [toRecordId(userId)] } })
}

/** Adds an administrator. @returns whether they were none before */
export function addAdministrator(userId: Id): Promise<boolean> {
  return upsert({ $addToSet: { userIds: toRecordId(userId) } })
}

/** Removes an administrator, in one write that keeps the last one. @returns whether they are none now */
export async function removeAdministrator(userId: Id): Promise<boolean> {
  const id = toRecordId(userId)
  const filter = { ...ALL, userIds: id, 'userIds.1': { $exists: true } }
  const { modifiedCount } = await AdministratorsModel.updateOne(filter, { $pull: { userIds: id } })
  return (
    modifiedCount === 1 ||
    !(await AdministratorsModel.findOne({ ...ALL, userIds: id })
      .lean()
      .exec())
  )
}

/** Changes somebody's server role if it is still `before`. @returns whether it was */
export async function changeServerRole(
  userId: Id,
  before: ServerRole | null,
  serverRole: ServerRole | null,
): Promise<boolean> {
  const filter = { _id: userId, serverRole: before, suspendedAt: null }
  const change = serverRole ? { $set: { serverRole } } : { $unset: { serverRole: '' } }
  return (await UserModel.updateOne(filter, change)).matchedCount === 1
}

/** Makes the roles of users follow the record of administrators, after a process died between the two writes. */
export async function alignServerRoles(administratorIds: readonly string[]): Promise<void> {
  const role: ServerRole = 'administrator'
  const marked = await UserModel.find({ serverRole: role }, { _id: 1 }).lean().exec()
  const former = marked.map(({ _id }) => _id.toString()).filter((id) => !administratorIds.includes(id))
  if (former.length > 0) await UserModel.updateMany({ _id: { $in: former } }, { $unset: { serverRole: '' } })
  if (administratorIds.length > 0)
    await UserModel.updateMany({ _id: { $in: administratorIds } }, { $set: { serverRole: role } })
}

/** Suspends somebody who has no server role. @returns whether they are suspended now; false: they have a role */
export async function suspendUser(userId: Id, at: Date): Promise<boolean> {
  const filter = { _id: userId, serverRole: null }
  return (await UserModel.updateOne(filter, { $set: { suspendedAt: at } })).matchedCount === 1
}

/** Ends the suspension of somebody. @returns whether there was one */
export async function restoreUser(userId: Id): Promise<boolean> {
  return (
    (await UserModel.updateOne({ _id: userId }, { $unset: { suspendedAt: '', awaitsApproval: '' } })).modifiedCount ===
    1
  )
}

export function findUserByEmail(email: string): Promise<UserRecord | null> {
  return UserModel.findOne({ email }).lean<UserRecord>().exec()
}

/** The account that was made first. */
export function findFirstUser(): Promise<UserRecord | null> {
  return UserModel.findOne().sort({ _id: 1 }).lean<UserRecord>().exec()
}

/** @returns whether it changed anything */
async function upsert(change: Parameters<typeof AdministratorsModel.updateOne>[1]): Promise<boolean> {
  try {
    const { modifiedCount, upsertedCount } = await AdministratorsModel.updateOne(ALL, change, { upsert: true })
    return modifiedCount + upsertedCount > 0
  } catch (error) {
    // Of two upserts at once, the other one has made the record.
    if (!duplicateKey(error)) throw error
    return (await AdministratorsModel.updateOne(ALL, change)).modifiedCount > 0
  }
}
