import { AppError } from '#shared/errors'
import type { Conversation, Member } from '#shared/schemas/conversation'
import { presentMember } from '../../presenters/conversation'
import { findMembers } from '../../repositories/memberships'
import { findUsers } from '../../repositories/users'
import { requireMembership } from './membership'
import { viewConversations } from './view'

/** A conversation as the caller sees it. @throws AppError NOT_FOUND */
export async function getConversation(userId: string, id: string): Promise<Conversation> {
  const [conversation] = await viewConversations(userId, [await requireMembership(id, userId)])
  if (!conversation) throw new AppError('NOT_FOUND')
  return conversation
}

/** Who is in a conversation. @throws AppError NOT_FOUND */
export async function listMembers(userId: string, id: string): Promise<Member[]> {
  await requireMembership(id, userId)
  const memberships = await findMembers(id)
  const users = await findUsers(memberships.map((membership) => membership.userId))
  const byId = new Map(users.map((user) => [user._id.toString(), user]))
  return memberships.flatMap((membership) => {
    const user = byId.get(membership.userId.toString())
    return user ? [presentMember(membership, user)] : []
  })
}
