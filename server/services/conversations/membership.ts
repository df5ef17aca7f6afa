import { AppError } from '#shared/errors'
import { findConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembership, type MembershipRecord } from '../../repositories/memberships'
import { active, type Place } from './active'

/**
 * The caller's place in a conversation: the way to everything in it.
 * @throws AppError NOT_FOUND alike for a conversation that is not there and one that he may not know of
 */
export async function requireMembership(conversationId: string, userId: string): Promise<MembershipRecord> {
  const membership = await findMembership(conversationId, userId)
  if (!membership) throw new AppError('NOT_FOUND')
  return membership
}

/**
 * The caller's place as this task knows it, which usually asks nobody: for what people do all day. What changes members
 * and rights asks the database (`requireConversation`).
 * @throws AppError NOT_FOUND, as above
 */
export async function requirePlace(conversationId: string, userId: string): Promise<Place> {
  const place = await active.placeOf(conversationId, userId)
  if (!place) throw new AppError('NOT_FOUND')
  return place
}

/** The caller's place, and the conversation itself. @throws AppError NOT_FOUND, as above */
export async function requireConversation(
  conversationId: string,
  userId: string,
): Promise<{ conversation: ConversationRecord; membership: MembershipRecord }> {
  const [conversation, membership] = await Promise.all([
    findConversation(conversationId),
    findMembership(conversationId, userId),
  ])
  if (!conversation || !membership) throw new AppError('NOT_FOUND')
  return { conversation, membership }
}
