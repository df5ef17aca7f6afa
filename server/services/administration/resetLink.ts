import { AppError } from '#shared/errors'
import { makeResetLink } from '../accounts/resetLinks'
import { recordServerAction } from './record'
import { requireUser } from './suspend'

/**
 * Makes a link with which a person can choose a new password, for an administrator to hand over. It works once, for a day.
 * @param origin what the link begins with
 * @throws AppError NOT_FOUND; CONFLICT for an account that is suspended
 */
export async function handOutResetLink(actorId: string, userId: string, origin: string): Promise<string> {
  const user = await requireUser(userId)
  if (user.suspendedAt) throw new AppError('CONFLICT', { message: 'This account is suspended.' })
  // A link that nobody knows of would be worse than a line about one that was not made.
  await recordServerAction({ actorId, action: 'user.resetLink', targetId: userId })
  return makeResetLink(user, origin, 'administrator')
}
