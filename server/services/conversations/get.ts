import { AppError } from '#shared/errors'
import type { Conversation, Member } from '#shared/schemas/conversation'
import { findMembers } from '../../repositories/memberships'
import { presentMembers } from './members'
import { requireMembership } from './membership'
import { viewConversations } from './view'

/** A conversation as the caller sees it. @throws AppError NOT_FOUND */
export async function getConversation(userId: string, id: string): Promise<Conversation> {
  const [conversation] = await viewConversations(userId, [await requireMembership(id, userId)])
  if (!conversation) throw new AppError('NOT_FOUND')
  return conversation
}

/** All members of a conversation. @throws AppError NOT_FOUND */
export async function listMembers(userId: string, id: string): Promise<Member[]> {
  await requireMembership(id, userId)
  return presentMembers(userId, await findMembers(id))
}
