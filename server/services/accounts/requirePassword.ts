import { AppError, invalidField } from '#shared/errors'
import { verifyPassword } from '../../auth/passwords'
import { resetLimit, useLimit } from '../../auth/rateLimit'
import { findUserWithHash, type UserRecord } from '../../repositories/users'

/**
 * Demands the password of somebody who is signed in, before something that a stolen session must not do.
 * @param field the input field that holds the password; the error names it
 * @returns the user, with the password's hash
 * @throws AppError RATE_LIMITED; UNAVAILABLE; UNAUTHENTICATED when the account is gone; INVALID for a wrong password
 */
export async function requirePassword(userId: string, password: string, field = 'password'): Promise<UserRecord> {
  await useLimit('passwordFailure', userId)
  const user = await findUserWithHash(userId)
  if (!user) throw new AppError('UNAUTHENTICATED')
  if (!(await verifyPassword(user.passwordHash, password, userId))) {
    throw invalidField(field, 'wrong_password', 'This is not your current password.')
  }
  await resetLimit('passwordFailure', userId)
  return user
}
