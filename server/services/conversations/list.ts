import type { Conversation } from '#shared/schemas/conversation'
import { conversationIdsOf, findMembershipsOf } from '../../repositories/memberships'
import { viewConversations } from './view'

/** Every conversation of a person, newest activity first. */
export async function listConversations(userId: string): Promise<Conversation[]> {
  return viewConversations(userId, await findMembershipsOf(userId))
}

/** Ids of every conversation of a person. */
export function listConversationIds(userId: string): Promise<string[]> {
  return conversationIdsOf(userId)
}
