import { AppError } from '#shared/errors'
import { findConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembership, type MembershipRecord } from '../../repositories/memberships'
import { active, type ActiveMember } from './active'

/**
 * The caller's membership of a conversation. Everything inside a conversation is reached through it.
 * @throws AppError NOT_FOUND, the same for a conversation that does not exist and one that the caller is not in
 */
export async function requireMembership(conversationId: string, userId: string): Promise<MembershipRecord> {
  const membership = await findMembership(conversationId, userId)
  if (!membership) throw new AppError('NOT_FOUND')
  return membership
}

/**
 * The caller's membership from this task's cache, usually without a query. It serves what people do all day. Whatever
 * changes members or rights asks the database (`requireConversation`).
 * @throws AppError NOT_FOUND, as above
 */
export async function requireActiveMember(conversationId: string, userId: string): Promise<ActiveMember> {
  const found = await active.memberOf(conversationId, userId)
  if (!found) throw new AppError('NOT_FOUND')
  return found
}

/** The caller's membership, and the conversation itself. @throws AppError NOT_FOUND, as above */
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
