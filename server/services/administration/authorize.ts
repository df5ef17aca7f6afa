import { canOnServer, type ServerRight } from '#shared/domain/serverRoles'
import { AppError } from '#shared/errors'
import { findUser } from '../../repositories/users'

/**
 * Refuses people whose server role does not allow this. It asks the database, so a role that was taken ends at once.
 * @throws AppError NOT_FOUND for people without a server role, who learn nothing of these routes; FORBIDDEN for a role
 *   that is too low
 */
export async function authorizeServer(userId: string, right: ServerRight): Promise<void> {
  const user = await findUser(userId)
  if (!user || !canOnServer(user, 'view')) throw new AppError('NOT_FOUND')
  if (!canOnServer(user, right)) throw new AppError('FORBIDDEN', { message: 'Your role only lets you look.' })
}
