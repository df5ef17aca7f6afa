import { AppError } from '#shared/errors'
import { findMembership, type MembershipRecord } from '../../repositories/memberships'

/**
 * The caller's place in a conversation: the way to everything in it.
 * @throws AppError NOT_FOUND alike for a conversation that is not there and one that he may not know of
 */
export async function requireMembership(conversationId: string, userId: string): Promise<MembershipRecord> {
  const membership = await findMembership(conversationId, userId)
  if (!membership) throw new AppError('NOT_FOUND')
  return membership
}
