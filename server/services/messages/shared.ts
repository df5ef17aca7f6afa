import { visibleFrom } from '#shared/domain/groups'
import type { MessagePage, SharedQuery } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findShared } from '../../repositories/messages'
import { requireConversation } from '../conversations/membership'

/** What was shared in a conversation, of one kind, newest first; before a place, or the newest. @throws AppError NOT_FOUND */
export async function readShared(userId: string, conversationId: string, query: SharedQuery): Promise<MessagePage> {
  const { conversation, membership } = await requireConversation(conversationId, userId)
  const above = visibleFrom(conversation.settings, membership.joinedSeq)
  const below = query.before ?? Number.MAX_SAFE_INTEGER
  const found = await findShared(conversationId, query.kind, { above, below }, query.limit + 1)
  return { messages: found.slice(0, query.limit).map(presentMessage), hasMore: found.length > query.limit }
}
