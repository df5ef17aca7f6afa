import { AppError } from '#shared/errors'
import type { ForgotInput } from '#shared/schemas/accountLinks'
import { hashOfToken } from '../../auth/oneTimeToken'
import { useLimit } from '../../auth/rateLimit'
import { addressKey } from '../../network/proxies'
import { logger } from '../../observability/logger'
import { logSecurityEvent } from '../../observability/securityEvents'
import { findUserByLogin } from '../../repositories/users'
import { LETTERS } from '../mail/letters'
import { canSendMail, sendMail } from '../mail/sendMail'
import type { Visitor } from './openSession'
import { makeResetLink } from './resetLinks'

/** Seconds after which a page may ask again whether this server sends mail. */
const RETRY_AFTER_S = 3_600

/**
 * Mails a link with which a new password can be chosen, if there is an account with this address. The answer and its time
 * are the same if there is none: the account is only looked for afterwards.
 * @throws AppError RATE_LIMITED; UNAVAILABLE when this server sends no mail
 */
export async function forgotPassword({ email }: ForgotInput, visitor: Visitor): Promise<void> {
  if (!canSendMail()) {
    const message = 'This server sends no mail. An administrator can make a link.'
    throw new AppError('UNAVAILABLE', { message, reason: 'mail', retryAfter: RETRY_AFTER_S })
  }
  await useLimit('forgot', addressKey(visitor.ip))
  await useLimit('forgotAccount', hashOfToken(email))
  void mailResetLink(email, visitor).catch((error: unknown) =>
    logger.error({ err: error }, 'a link to a new password was not made'),
  )
}

async function mailResetLink(email: string, { ip, language, mailOrigin }: Visitor): Promise<void> {
  const user = await findUserByLogin(email)
  if (!user || user.suspendedAt) return
  const link = await makeResetLink(user, mailOrigin, 'mail')
  logSecurityEvent('password.resetAsked', { targetId: user._id.toString(), ip })
  const letter = LETTERS[user.language ?? language].reset({ username: user.username, link })
  sendMail({ kind: 'reset', to: user.email, ...letter })
}
