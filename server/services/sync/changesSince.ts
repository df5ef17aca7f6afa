import { visibleFrom } from '#shared/domain/groups'
import { LIMITS } from '#shared/limits'
import type { SyncAnswer, SyncInput } from '#shared/schemas/sync'
import { presentMessage } from '../../presenters/message'
import { findMembershipsOf } from '../../repositories/memberships'
import { findMessagesChangedSince } from '../../repositories/messages'
import { viewConversations } from '../conversations/view'

/**
 * Everything a client missed: all conversations as they are now, and for each one it holds the messages that changed
 * after the `rev` it had applied. A conversation that has not changed costs no query.
 */
export async function changesSince(userId: string, input: SyncInput): Promise<SyncAnswer> {
  const memberships = await findMembershipsOf(userId)
  const conversations = await viewConversations(userId, memberships)
  const joinedSeqOf = new Map(memberships.map((one) => [one.conversationId.toString(), one.joinedSeq]))
  const present = new Set(conversations.map((conversation) => conversation.id))
  const behind = conversations.filter(({ id, rev }) => rev > (input.conversations[id] ?? Infinity))
  const changes = await Promise.all(
    behind.map(async ({ id, settings }) => {
      const limit = LIMITS.syncPage
      const from = visibleFrom(settings, joinedSeqOf.get(id)!)
      const found = await findMessagesChangedSince(id, input.conversations[id]!, from, limit + 1)
      const messages = found.slice(0, limit).map((message) => presentMessage(message, from))
      return [id, { messages, hasMore: found.length > limit }] as const
    }),
  )
  return {
    conversations,
    changes: Object.fromEntries(changes),
    removed: Object.keys(input.conversations).filter((id) => !present.has(id)),
  }
}
