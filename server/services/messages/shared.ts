import { visibleFrom } from '#shared/domain/groups'
import type { MessagePage, SharedQuery } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findShared } from '../../repositories/messages'
import { requirePlace } from '../conversations/membership'

/**
 * What was shared in a conversation, of one kind: before a place, or the newest, newest first; after one, oldest first.
 * @throws AppError NOT_FOUND
 */
export async function readShared(userId: string, conversationId: string, query: SharedQuery): Promise<MessagePage> {
  const { conversation, membership } = await requirePlace(conversationId, userId)
  const visible = visibleFrom(conversation.settings, membership.joinedSeq)
  const bounds = {
    above: Math.max(visible, query.after ?? 0),
    below: query.before ?? Number.MAX_SAFE_INTEGER,
    from: query.after === undefined ? ('below' as const) : ('above' as const),
  }
  const found = await findShared(conversationId, query.kind, bounds, query.limit + 1)
  return { messages: found.slice(0, query.limit).map((message) => presentMessage(message, visible)), hasMore: found.length > query.limit }
}
