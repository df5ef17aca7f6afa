import { AppError } from '#shared/errors'
import type { LoginInput, User } from '#shared/schemas/account'
import { verifyPassword } from '../../auth/passwords'
import { resetLimit, useLimit } from '../../auth/rateLimit'
import { logSecurityEvent } from '../../observability/securityEvents'
import { presentSelf } from '../../presenters/user'
import { findUserByLogin } from '../../repositories/users'
import { openSession, type Tokens, type Visitor } from './openSession'

/**
 * Signs a person in by email or username.
 * @throws AppError RATE_LIMITED; UNAUTHENTICATED, the same and after the same time for an unknown name and a wrong password
 */
export async function login(input: LoginInput, visitor: Visitor): Promise<{ user: User; tokens: Tokens }> {
  const name = input.login.toLowerCase()
  const attempt = `${name} ${visitor.ip}`
  await useLimit('login', visitor.ip)
  // Counted before it is known to be wrong: guesses made at the same moment are as many.
  await useLimit('loginFailure', attempt)
  const user = await findUserByLogin(name)
  if (!(await verifyPassword(user?.passwordHash, input.password)) || !user) {
    logSecurityEvent('login.failed', { targetId: user?._id.toString(), ip: visitor.ip })
    throw new AppError('UNAUTHENTICATED', { message: 'This name and password do not fit together.' })
  }
  await resetLimit('loginFailure', attempt)
  return { user: presentSelf(user), tokens: await openSession(user._id.toString(), visitor) }
}
