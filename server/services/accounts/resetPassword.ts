import type { ResetInput } from '#shared/schemas/accountLinks'
import { hashOfToken } from '../../auth/oneTimeToken'
import { useLimit } from '../../auth/rateLimit'
import { addressKey } from '../../network/proxies'
import { logSecurityEvent } from '../../observability/securityEvents'
import { findAccountLink, takeAccountLink } from '../../repositories/accountLinks'
import { changeHash, findUserWithHash } from '../../repositories/users'
import { sendNotice } from '../mail/sendNotice'
import { choosePassword } from './choosePassword'
import { endAllSessions } from './endSessions'
import { forgetGuesses } from './guesses'
import type { Visitor } from './openSession'
import { endResetLinks } from './resetLinks'
import { expiredLink, noteVerified } from './verifyEmail'

/**
 * Sets a new password by a link, and ends every session and every other link.
 * @throws AppError RATE_LIMITED; UNAVAILABLE; INVALID for a weak password, after which the link still works, and for a link
 *   that has expired, was used, or never was
 */
export async function resetPassword({ token, password }: ResetInput, visitor: Visitor): Promise<void> {
  await useLimit('useLink', addressKey(visitor.ip))
  const hash = hashOfToken(token)
  const link = await findAccountLink(hash, 'reset')
  const user = link && (await findUserWithHash(link.userId.toString()))
  const before = user?.passwordGeneration ?? 0
  if (!user || user.suspendedAt || link.passwordGeneration !== before) throw expiredLink()
  const ownNames = [user.email, user.username, user.displayName]
  const next = await choosePassword(password, ownNames, 'password', addressKey(visitor.ip))
  if (!(await takeAccountLink(hash, 'reset'))) throw expiredLink()
  // The write applies only to the password that the link was made for: of two links at once, one wins.
  if (!(await changeHash(user._id, user.passwordHash, next, before + 1))) throw expiredLink()
  const userId = user._id.toString()
  logSecurityEvent('password.reset', { userId, ip: visitor.ip })
  if (link.mailedTo) await noteVerified(user._id, link.mailedTo)
  sendNotice(userId, 'passwordChanged')
  await Promise.all([endAllSessions(userId), endResetLinks(user._id), forgetGuesses(user, visitor)])
}
