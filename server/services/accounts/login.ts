import { normalizeLogin } from '#shared/domain/email'
import { AppError } from '#shared/errors'
import type { LoginInput, User } from '#shared/schemas/account'
import { hashPassword, verifyPassword } from '../../auth/passwords'
import { refundLimit, resetLimit, useLimit } from '../../auth/rateLimit'
import { signChallenge } from '../../auth/tokens'
import { addressKey } from '../../network/proxies'
import { logSecurityEvent } from '../../observability/securityEvents'
import { presentSelf } from '../../presenters/user'
import { findFactor } from '../../repositories/factors'
import { findUserByLogin, replaceHash, type UserRecord } from '../../repositories/users'
import { sendNotice } from '../mail/sendNotice'
import { guessesOf } from './guesses'
import { openSession, type Tokens, type Visitor } from './openSession'

/**
 * Signs a person in by email or username.
 * @returns a challenge for somebody with a second factor, to be met by `loginWithCode`
 * @throws AppError RATE_LIMITED; UNAVAILABLE; UNAUTHENTICATED. An unknown name and a wrong password give the same error
 *   after the same time. FORBIDDEN for an account that is suspended, if the password is right
 */
export async function login(
  input: LoginInput,
  visitor: Visitor,
): Promise<{ user: User; tokens: Tokens } | { challenge: string }> {
  await useLimit('login', addressKey(visitor.ip))
  const name = normalizeLogin(input.login)
  const user = await findUserByLogin(name)
  const guesses = guessesOf(name, user, visitor)
  // A guess is counted before it is known to be wrong, so that guesses made at the same time all count.
  for (const [limit, key] of Object.entries(guesses.keys)) await useLimit(limit as 'loginFailure', key)
  const matches = await verifyPassword(user?.passwordHash, input.password, guesses.lane).catch(
    async (error: unknown) => {
      // The password was not even tried.
      await refundLimit('loginAccount', guesses.keys.loginAccount)
      throw error
    },
  )
  if (!matches || !user) throw refused(user, visitor)
  await Promise.all([
    resetLimit('loginFailure', guesses.keys.loginFailure),
    refundLimit('loginAccount', guesses.keys.loginAccount),
    matches === 'old' && renewHash(user, input.password, guesses.lane),
  ])
  if (await findFactor(user._id)) {
    const passwordGeneration = user.passwordGeneration ?? 0
    return { challenge: signChallenge({ userId: user._id.toString(), passwordGeneration }) }
  }
  const tokens = await openSession(user, visitor)
  // The password may have changed since it was verified.
  if (!tokens) throw refused(user, visitor)
  if (!visitor.device?.userIds.includes(user._id.toString())) sendNotice(user._id.toString(), 'newDevice')
  return { user: presentSelf(user), tokens }
}

async function renewHash(user: UserRecord, password: string, lane: string): Promise<void> {
  await replaceHash(user._id, user.passwordHash, await hashPassword(password, lane))
}

function refused(user: UserRecord | null, visitor: Visitor): AppError {
  logSecurityEvent('login.failed', { targetId: user?._id.toString(), ip: visitor.ip })
  return new AppError('UNAUTHENTICATED', { message: 'The name or the password is wrong.' })
}
