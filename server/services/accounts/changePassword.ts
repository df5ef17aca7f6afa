import { AppError, invalidField } from '#shared/errors'
import { verifyPassword } from '../../auth/passwords'
import { resetLimit, useLimit } from '../../auth/rateLimit'
import { logSecurityEvent } from '../../observability/securityEvents'
import { findUserWithHash, updateUser } from '../../repositories/users'
import { choosePassword } from './choosePassword'
import { endOtherSessions } from './endSessions'

/**
 * Changes a password and ends every other session.
 * @throws AppError RATE_LIMITED; INVALID, with the field, for a wrong current or an unfit next password
 */
export async function changePassword(
  userId: string,
  sessionId: string,
  input: { current: string; next: string },
): Promise<void> {
  await useLimit('passwordFailure', userId)
  const user = await findUserWithHash(userId)
  if (!user) throw new AppError('UNAUTHENTICATED')
  if (!(await verifyPassword(user.passwordHash, input.current))) {
    throw invalidField('current', 'wrong_password', 'This is not your current password.')
  }
  await resetLimit('passwordFailure', userId)
  const ownNames = [user.email, user.username, user.displayName]
  await updateUser(userId, { passwordHash: await choosePassword(input.next, ownNames, 'next') })
  logSecurityEvent('password.changed', { userId, sessionId })
  await endOtherSessions(userId, sessionId)
}
