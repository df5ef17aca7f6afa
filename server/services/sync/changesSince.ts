import { visibleFrom } from '#shared/domain/groups'
import { LIMITS } from '#shared/limits'
import type { Conversation } from '#shared/schemas/conversation'
import type { SyncAnswer, SyncInput } from '#shared/schemas/sync'
import { presentMessage } from '../../presenters/message'
import { findMembershipsOf } from '../../repositories/memberships'
import { findMessagesChangedSince } from '../../repositories/messages'
import { viewConversations } from '../conversations/view'

/** Conversations that are looked at together. */
const AT_ONCE = 20

/**
 * Everything a client missed: all conversations as they are now, and for each one it holds the messages that changed
 * after the `rev` it had applied. A conversation that has not changed costs no query; one for which there is no room in
 * this answer has none of its messages and `hasMore`.
 */
export async function changesSince(userId: string, input: SyncInput): Promise<SyncAnswer> {
  const memberships = await findMembershipsOf(userId)
  const conversations = await viewConversations(userId, memberships)
  const joinedSeqOf = new Map(memberships.map((one) => [one.conversationId.toString(), one.joinedSeq]))
  const present = new Set(conversations.map((conversation) => conversation.id))
  const behind = conversations.filter(({ id, rev }) => rev > (input.conversations[id] ?? Infinity))
  const changes: [string, SyncAnswer['changes'][string]][] = []
  let room: number = LIMITS.syncMessages
  while (behind.length > 0 && room > 0) {
    const found = await Promise.all(behind.splice(0, AT_ONCE).map(changesOf))
    changes.push(...found)
    room -= found.reduce((sum, [, { messages }]) => sum + messages.length, 0)
  }
  for (const { id } of behind) changes.push([id, { messages: [], hasMore: true }])
  return {
    conversations,
    changes: Object.fromEntries(changes),
    removed: Object.keys(input.conversations).filter((id) => !present.has(id)),
  }

  async function changesOf({ id, settings }: Conversation): Promise<(typeof changes)[number]> {
    const limit = LIMITS.syncPage
    const from = visibleFrom(settings, joinedSeqOf.get(id)!)
    const found = await findMessagesChangedSince(id, input.conversations[id]!, from, limit + 1)
    const messages = found.slice(0, limit).map((message) => presentMessage(message, from))
    return [id, { messages, hasMore: found.length > limit }]
  }
}
