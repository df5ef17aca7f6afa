import { logSecurityEvent } from '../../observability/securityEvents'
import { raisePasswordGeneration } from '../../repositories/sessions'
import { changeHash } from '../../repositories/users'
import { sendNotice } from '../mail/sendNotice'
import { choosePassword } from './choosePassword'
import { endOtherSessions } from './endSessions'
import { requirePassword } from './requirePassword'
import { endResetLinks } from './resetLinks'

/**
 * Changes a password and ends every other session, including those that the old password opens at the same time.
 * @param sessionId the caller's session, which goes on
 * @throws AppError RATE_LIMITED; UNAVAILABLE; UNAUTHENTICATED when the account is gone; INVALID, with the field, for a
 *   wrong current password or a weak next one
 */
export async function changePassword(
  userId: string,
  sessionId: string,
  input: { current: string; next: string },
): Promise<void> {
  const user = await requirePassword(userId, input.current, 'current')
  const next = await choosePassword(input.next, [user.email, user.username, user.displayName], 'next', userId)
  // The session's generation is raised before the user's: a session behind its user's generation is refused.
  const generation = (user.passwordGeneration ?? 0) + 1
  await raisePasswordGeneration(sessionId, generation)
  // The write applies only while the password is still the one that was verified: of two changes at once, one wins.
  if (!(await changeHash(user._id, user.passwordHash, next, generation)))
    return changePassword(userId, sessionId, input)
  logSecurityEvent('password.changed', { userId, sessionId })
  sendNotice(userId, 'passwordChanged')
  await Promise.all([endOtherSessions(userId, sessionId), endResetLinks(user._id)])
}
