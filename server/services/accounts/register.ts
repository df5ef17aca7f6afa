import { SEARCH_VERSION, searchKeysOf } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import type { RegisterInput, User } from '#shared/schemas/account'
import { useLimit } from '../../auth/rateLimit'
import { addressKey } from '../../network/proxies'
import { presentSelf } from '../../presenters/user'
import { insertUser } from '../../repositories/users'
import { roleOfNewAccount } from '../administration/administrators'
import { authorizeRegistration, takeEntry } from './authorizeRegistration'
import { choosePassword } from './choosePassword'
import { openSession, requireActive, type Tokens, type Visitor } from './openSession'
import { mailVerification, VERIFIES_EMAIL } from './verifyEmail'

const TAKEN: Record<string, string> = {
  email: 'An account with this email already exists.',
  username: 'This username is taken.',
}

/**
 * Creates an account and signs it in, if it need not wait for an administrator.
 * @throws AppError RATE_LIMITED; UNAVAILABLE; FORBIDDEN, with an issue, for who may not make an account, and when it has been
 *   made and waits; INVALID for a weak password; CONFLICT, with the field, for an email or username that is taken
 */
export async function register(input: RegisterInput, visitor: Visitor): Promise<{ user: User; tokens: Tokens }> {
  const lane = addressKey(visitor.ip)
  await useLimit('register', lane)
  const entry = await authorizeRegistration(input)
  const { password, invite, ...names } = input
  const ownNames = [names.email, names.username, names.displayName]
  const passwordHash = await choosePassword(password, ownNames, 'password', lane)
  const user = await insertUser({
    ...names,
    passwordHash,
    searchKeys: searchKeysOf(names),
    searchVersion: SEARCH_VERSION,
    ...(VERIFIES_EMAIL && { emailVerifiedAt: null }),
    // Whoever waits is suspended until an administrator lets them in.
    ...(entry === 'approval' && { suspendedAt: new Date(), awaitsApproval: true }),
  })
  if ('taken' in user) {
    const issues = user.taken.map((field) => ({
      path: [field],
      code: 'taken' as const,
      params: {},
      message: TAKEN[field] ?? 'This is already taken.',
    }))
    throw new AppError('CONFLICT', { issues })
  }
  const serverRole = await roleOfNewAccount(user)
  await takeEntry(entry, user, invite)
  await mailVerification(user, visitor)
  requireActive(user)
  const tokens = await openSession(user, visitor)
  if (!tokens) throw new AppError('UNAUTHENTICATED')
  return { user: presentSelf({ ...user, ...(serverRole && { serverRole }) }), tokens }
}
