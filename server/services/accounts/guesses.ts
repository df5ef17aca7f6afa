import { createHash } from 'node:crypto'
import { resetLimit } from '../../auth/rateLimit'
import { addressKey } from '../../network/proxies'
import type { UserRecord } from '../../repositories/users'
import type { Visitor } from './openSession'

/**
 * The keys that a guess is counted under. An account has one budget, whichever name is typed and wherever the guesses
 * come from. A browser in which the owner has signed in before has its own budget, so that strangers cannot lock the
 * owner out.
 */
export function guessesOf(name: string, user: UserRecord | null, { ip, device }: Visitor) {
  const id = user?._id.toString()
  const account = id ?? createHash('sha256').update(name).digest('base64url')
  const isKnown = id !== undefined && device?.userIds.includes(id)
  const lane = isKnown ? `device ${device!.id}` : addressKey(ip)
  const loginFailure = `${account} ${lane}`
  return { lane, keys: { loginFailure, loginAccount: isKnown ? loginFailure : account } }
}

/** Forgets the wrong guesses of a person who has proved otherwise who they are. */
export async function forgetGuesses(user: UserRecord, visitor: Visitor): Promise<void> {
  const { keys } = guessesOf(user.username, user, visitor)
  await Promise.all([
    resetLimit('loginFailure', keys.loginFailure),
    resetLimit('loginAccount', keys.loginAccount),
    resetLimit('passwordFailure', user._id.toString()),
  ])
}
