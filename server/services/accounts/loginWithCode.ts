import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import { useLimit } from '../../auth/rateLimit'
import { verifyChallenge } from '../../auth/tokens'
import { addressKey } from '../../network/proxies'
import { logSecurityEvent } from '../../observability/securityEvents'
import { presentSelf } from '../../presenters/user'
import { findUser } from '../../repositories/users'
import { requireCode } from '../factors/requireCode'
import { sendNotice } from '../mail/sendNotice'
import { guessesOf } from './guesses'
import { openSession, type Tokens, type Visitor } from './openSession'

/**
 * Finishes signing in with the code of a second factor.
 * @param challenge what `login` gave after the right password
 * @throws AppError RATE_LIMITED; UNAUTHENTICATED when the challenge is not valid any more; INVALID for a wrong code; FORBIDDEN
 *   for an account that is suspended
 */
export async function loginWithCode(
  challenge: string | undefined,
  code: string,
  visitor: Visitor,
): Promise<{ user: User; tokens: Tokens }> {
  await useLimit('login', addressKey(visitor.ip))
  const claims = challenge ? verifyChallenge(challenge) : null
  const user = claims && (await findUser(claims.userId))
  if (!user || (user.passwordGeneration ?? 0) !== claims.passwordGeneration) throw over()
  try {
    await requireCode(claims.userId, code, guessesOf(user.username, user, visitor).keys)
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID')
      logSecurityEvent('factor.failed', { targetId: claims.userId, ip: visitor.ip })
    throw error
  }
  const tokens = await openSession(user, visitor)
  if (!tokens) throw over()
  if (!visitor.device?.userIds.includes(claims.userId)) sendNotice(claims.userId, 'newDevice')
  return { user: presentSelf(user), tokens }
}

function over(): AppError {
  return new AppError('UNAUTHENTICATED', { message: 'This took too long. Sign in again.' })
}
