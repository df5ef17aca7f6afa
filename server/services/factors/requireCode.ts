import { AppError, invalidField } from '#shared/errors'
import { hashOfToken } from '../../auth/oneTimeToken'
import { refundLimit, useLimit } from '../../auth/rateLimit'
import { stepOfCode } from '../../auth/totp'
import { findFactor, takeRecoveryCode, takeStep } from '../../repositories/factors'

/**
 * Demands a code of a person's authenticator app, or a recovery code, and uses it up.
 * @param guesses the keys that a guess is counted under, as `guessesOf` gives them. Without them, somebody who is signed in
 *   has a budget of their own
 * @throws AppError RATE_LIMITED; INVALID, with the field, for a wrong code or one that was used; CONFLICT when the person has
 *   no second factor
 */
export async function requireCode(
  userId: string,
  code: string,
  guesses = { loginFailure: `${userId} session`, loginAccount: `${userId} session` },
): Promise<void> {
  // A guess is counted before it is known to be wrong, so that guesses made at the same time all count.
  await useLimit('codeFailure', guesses.loginFailure)
  await useLimit('codeAccount', guesses.loginAccount)
  const factor = await findFactor(userId)
  if (!factor) throw new AppError('CONFLICT', { message: 'This account has no second factor.' })
  const step = stepOfCode(Buffer.from(factor.secret, 'base64'), code, Date.now())
  const isRight = step === null ? await takeRecoveryCode(userId, hashOfToken(code)) : await takeStep(userId, step)
  if (!isRight) throw invalidField('code', 'wrong_code', 'This code is wrong, or was used before.')
  await Promise.all([
    refundLimit('codeFailure', guesses.loginFailure),
    refundLimit('codeAccount', guesses.loginAccount),
  ])
}
