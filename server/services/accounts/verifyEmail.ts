import { AppError, invalidField } from '#shared/errors'
import { hashOfToken, newToken } from '../../auth/oneTimeToken'
import { useLimit } from '../../auth/rateLimit'
import { config } from '../../config'
import { addressKey } from '../../network/proxies'
import { findAccountLink, insertAccountLink, takeAccountLink } from '../../repositories/accountLinks'
import { findUser, markEmailVerified, type UserRecord } from '../../repositories/users'
import { LETTERS } from '../mail/letters'
import { sendMail } from '../mail/sendMail'
import { ensureAdministrator } from '../administration/administrators'
import type { Visitor } from './openSession'

/** Whether new people are asked to confirm their address: if mail really leaves, which it does not in development. */
export const VERIFIES_EMAIL = config.mail !== undefined

/** Milliseconds for which a link works. */
const LIFETIME_MS = 24 * 3_600_000

/** Mails a link with which a new person shows that their address is their own. Does nothing if it is verified. */
export async function mailVerification(user: UserRecord, { language, mailOrigin }: Visitor): Promise<void> {
  if (!isUnverified(user)) return
  const { token, hash } = newToken()
  const expiresAt = new Date(Date.now() + LIFETIME_MS)
  await insertAccountLink({ _id: hash, purpose: 'verify', userId: user._id, mailedTo: user.email, expiresAt })
  const link = `${mailOrigin}/verify#${token}`
  const letter = LETTERS[user.language ?? language].verify({ username: user.username, link })
  sendMail({ kind: 'verify', to: user.email, ...letter })
}

/**
 * Mails another such link.
 * @throws AppError RATE_LIMITED; UNAUTHENTICATED when the account is gone
 */
export async function mailVerificationAgain(userId: string, visitor: Visitor): Promise<void> {
  await useLimit('verification', userId)
  const user = await findUser(userId)
  if (!user) throw new AppError('UNAUTHENTICATED')
  await mailVerification(user, visitor)
}

/**
 * Marks the address as verified that a link was mailed to.
 * @throws AppError RATE_LIMITED; INVALID for a link that has expired, was used, or never was
 */
export async function verifyEmail({ token }: { token: string }, visitor: Visitor): Promise<void> {
  await useLimit('useLink', addressKey(visitor.ip))
  const hash = hashOfToken(token)
  const link = await findAccountLink(hash, 'verify')
  if (!link?.mailedTo || !(await takeAccountLink(hash, 'verify'))) throw expiredLink()
  await noteVerified(link.userId, link.mailedTo)
}

/** Stores that somebody has read a mail to this address of theirs. */
export async function noteVerified(userId: UserRecord['_id'], email: string): Promise<void> {
  await markEmailVerified(userId, email)
  await ensureAdministrator()
}

/** Whether an account still has to show that its address is its own. Accounts from before there was mail do not. */
export function isUnverified({ emailVerifiedAt }: Pick<UserRecord, 'emailVerifiedAt'>): boolean {
  return emailVerifiedAt === null && VERIFIES_EMAIL
}

/** The error for a link that does not work. */
export function expiredLink(): AppError {
  return invalidField('token', 'gone', 'This link has expired or was used. Ask for a new one.')
}
