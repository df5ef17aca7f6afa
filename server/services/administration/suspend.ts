import { AppError } from '#shared/errors'
import { restoreUser, suspendUser } from '../../repositories/serverRoles'
import { findUser, type UserRecord } from '../../repositories/users'
import { endAllSessions } from '../accounts/endSessions'
import { setServerRole } from './administrators'
import { recordServerAction } from './record'

/**
 * Suspends an account: its sessions and sockets end on all tasks, it has no server role any more, and it cannot sign in.
 * Suspending it again ends what sessions there are.
 * @throws AppError NOT_FOUND; CONFLICT for the last administrator
 */
export async function suspend(actorId: string, userId: string): Promise<void> {
  const user = await requireUser(userId)
  await setServerRole(user, null)
  // From here on no session opens: a sign-in under way reads the account after it has made its session.
  if (!user.suspendedAt && !(await suspendUser(userId, new Date())))
    throw new AppError('CONFLICT', { message: 'This account changed at the same time. Try again.' })
  await endAllSessions(userId)
  if (!user.suspendedAt) await recordServerAction({ actorId, action: 'user.suspended', targetId: userId })
}

/** Gives a suspended account back to its owner. @throws AppError NOT_FOUND */
export async function restore(actorId: string, userId: string): Promise<void> {
  await requireUser(userId)
  if (await restoreUser(userId)) await recordServerAction({ actorId, action: 'user.restored', targetId: userId })
}

/** @throws AppError NOT_FOUND */
export async function requireUser(userId: string): Promise<UserRecord> {
  const user = await findUser(userId)
  if (!user) throw new AppError('NOT_FOUND')
  return user
}
