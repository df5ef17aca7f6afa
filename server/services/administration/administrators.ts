import type { ServerRole } from '#shared/domain/serverRoles'
import { AppError } from '#shared/errors'
import { config } from '../../config'
import {
  addAdministrator,
  alignServerRoles,
  changeServerRole,
  claimAdministration,
  findAdministratorIds,
  findFirstUser,
  findUserByEmail,
  removeAdministrator,
} from '../../repositories/serverRoles'
import type { UserRecord } from '../../repositories/users'
import { recordServerAction } from './record'

/** Whether this task knows that there is an administrator. There is always one after that. */
let isKnown = false

/** Finds the administrator of a server that starts, and finishes changes of roles that were cut off. */
export async function startAdministration(): Promise<void> {
  await ensureAdministrator()
  await alignServerRoles(await findAdministratorIds())
}

/** The server role of an account that was made just now: the first one, or that of ADMIN_EMAIL, administers. */
export async function roleOfNewAccount(user: UserRecord): Promise<ServerRole | null> {
  if (config.adminEmail ? user.email !== config.adminEmail : isKnown) return null
  await ensureAdministrator()
  return (await findAdministratorIds()).includes(user._id.toString()) ? 'administrator' : null
}

/**
 * Makes sure that the server has an administrator: the account of ADMIN_EMAIL, or without that setting the account that
 * was made first. Of several calls at once, one does it.
 */
export async function ensureAdministrator(): Promise<void> {
  const user = await firstAdministrator()
  if (!user || user.suspendedAt) return
  const isNew = config.adminEmail ? await addAdministrator(user._id) : await claimAdministration(user._id)
  isKnown = true
  if (!isNew) return
  await changeServerRole(user._id, user.serverRole ?? null, 'administrator')
  await recordServerAction({
    actorId: null,
    action: 'user.role',
    targetId: user._id,
    details: { role: 'administrator' },
  })
}

async function firstAdministrator(): Promise<UserRecord | null> {
  if (config.adminEmail) {
    const user = await findUserByEmail(config.adminEmail)
    // Anyone can register with an address that is not theirs.
    return user?.emailVerifiedAt === null ? null : user
  }
  isKnown = (await findAdministratorIds()).length > 0
  return isKnown ? null : findFirstUser()
}

/**
 * Gives somebody a server role, or takes it.
 * @param user the record as it was read just now
 * @throws AppError CONFLICT for the last administrator, and when the role changed at the same time
 */
export async function setServerRole(user: UserRecord, role: ServerRole | null): Promise<void> {
  const before = user.serverRole ?? null
  if (before === role) return
  if (before === 'administrator' && !(await removeAdministrator(user._id))) throw lastAdministrator()
  if (role === 'administrator') await addAdministrator(user._id)
  if (await changeServerRole(user._id, before, role)) return
  if (role === 'administrator') await removeAdministrator(user._id)
  throw new AppError('CONFLICT', { message: 'This account changed at the same time. Try again.' })
}

function lastAdministrator(): AppError {
  const message = 'This is the last administrator. Make somebody else one first.'
  return new AppError('CONFLICT', { issues: [{ path: [], code: 'last_administrator', params: {}, message }] })
}
