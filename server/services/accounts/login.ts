import { createHash } from 'node:crypto'
import { normalizeLogin } from '#shared/domain/email'
import { AppError } from '#shared/errors'
import type { LoginInput, User } from '#shared/schemas/account'
import { hashPassword, verifyPassword } from '../../auth/passwords'
import { refundLimit, resetLimit, useLimit } from '../../auth/rateLimit'
import { addressKey } from '../../network/proxies'
import { logSecurityEvent } from '../../observability/securityEvents'
import { presentSelf } from '../../presenters/user'
import { findUserByLogin, replaceHash, type UserRecord } from '../../repositories/users'
import { openSession, type Tokens, type Visitor } from './openSession'

/**
 * Signs a person in by email or username.
 * @throws AppError RATE_LIMITED; UNAVAILABLE; UNAUTHENTICATED, the same and after the same time for an unknown name and a wrong password
 */
export async function login(input: LoginInput, visitor: Visitor): Promise<{ user: User; tokens: Tokens }> {
  await useLimit('login', addressKey(visitor.ip))
  const name = normalizeLogin(input.login)
  const user = await findUserByLogin(name)
  const guesses = guessesOf(name, user, visitor)
  // Counted before it is known to be wrong: guesses made at the same moment are as many.
  for (const [limit, key] of Object.entries(guesses.keys)) await useLimit(limit as 'loginFailure', key)
  const fits = await verifyPassword(user?.passwordHash, input.password, guesses.guesser).catch(async (error: unknown) => {
    // It was not even tried.
    await refundLimit('loginAccount', guesses.keys.loginAccount)
    throw error
  })
  if (!fits || !user) throw refused(user, visitor)
  await Promise.all([
    resetLimit('loginFailure', guesses.keys.loginFailure),
    refundLimit('loginAccount', guesses.keys.loginAccount),
    fits === 'old' && renewHash(user, input.password, guesses.guesser),
  ])
  const tokens = await openSession(user, visitor)
  // The password may have changed since it was found to be right.
  if (!tokens) throw refused(user, visitor)
  return { user: presentSelf(user), tokens }
}

/**
 * What a guess is counted by. An account has one budget whatever it is called and wherever the guesses come from; a
 * browser in which its owner has signed in before has one of its own, so that strangers cannot lock the owner out.
 */
function guessesOf(name: string, user: UserRecord | null, { ip, device }: Visitor) {
  const id = user?._id.toString()
  const account = id ?? createHash('sha256').update(name).digest('base64url')
  const isKnown = id !== undefined && device?.userIds.includes(id)
  const guesser = isKnown ? `device ${device!.id}` : addressKey(ip)
  const loginFailure = `${account} ${guesser}`
  return { guesser, keys: { loginFailure, loginAccount: isKnown ? loginFailure : account } }
}

async function renewHash(user: UserRecord, password: string, lane: string): Promise<void> {
  await replaceHash(user._id, user.passwordHash, await hashPassword(password, lane))
}

function refused(user: UserRecord | null, visitor: Visitor): AppError {
  logSecurityEvent('login.failed', { targetId: user?._id.toString(), ip: visitor.ip })
  return new AppError('UNAUTHENTICATED', { message: 'This name and password do not fit together.' })
}
