import { SEARCH_VERSION, searchKeysOf } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { User } from '#shared/schemas/account'
import { presentSelf } from '../../presenters/user'
import { holdName, isHeldFromOthers, releaseName } from '../../repositories/heldNames'
import { renameUser, type UserRecord } from '../../repositories/users'
import { requirePassword } from './requirePassword'

/**
 * Gives the caller another username. The old one is kept for them for `LIMITS.heldName`, so that nobody else can pass
 * for them; they can take it back.
 * @throws AppError RATE_LIMITED; UNAVAILABLE; UNAUTHENTICATED when the account is gone; INVALID for a wrong password;
 *   CONFLICT for a name that is taken or kept for somebody else
 */
export async function changeUsername(userId: string, input: { username: string; password: string }): Promise<User> {
  const user = await requirePassword(userId, input.password, 'password')
  const { username } = input
  if (username === user.username) return presentSelf(user)
  if (await isHeldFromOthers(username, userId)) throw taken()
  // The old name is kept before it is free, so that nobody takes it in between.
  await holdName(user.username, userId, new Date(Date.now() + LIMITS.heldName))
  const renamed = await rename(user, username)
  if (!renamed) {
    await releaseName(user.username, userId)
    throw taken()
  }
  // Its former owner may have given it up between the question and the change.
  if (await isHeldFromOthers(username, userId)) {
    await rename(renamed, user.username)
    await releaseName(user.username, userId)
    throw taken()
  }
  await releaseName(username, userId)
  return presentSelf(renamed)
}

function rename(user: UserRecord, username: string): Promise<UserRecord | null> {
  const searchKeys = searchKeysOf({ username, displayName: user.displayName })
  return renameUser(user._id, user.username, { username, searchKeys, searchVersion: SEARCH_VERSION })
}

function taken(): AppError {
  const message = 'This username is taken.'
  return new AppError('CONFLICT', { issues: [{ path: ['username'], code: 'taken', params: {}, message }] })
}
