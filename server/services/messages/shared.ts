import { visibleFrom } from '#shared/domain/groups'
import type { MessagePage, SharedQuery } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findShared, type MessageRecord } from '../../repositories/messages'
import { readUntilFull } from '../answerBudget'
import { requireActiveMember } from '../conversations/membership'

/**
 * A page of the messages of a conversation that share something of one kind. Before a `seq`, or without one, the newest
 * come first; after a `seq`, the oldest.
 * @throws AppError NOT_FOUND
 */
export async function readShared(userId: string, conversationId: string, query: SharedQuery): Promise<MessagePage> {
  const { conversation, membership } = await requireActiveMember(conversationId, userId)
  const visible = visibleFrom(conversation.settings, membership)
  const isForward = query.after !== undefined
  const bounds = { above: Math.max(visible, query.after ?? 0), below: query.before ?? Number.MAX_SAFE_INTEGER }
  const { items, hasMore } = await readUntilFull({
    limit: query.limit,
    read: (last: MessageRecord | undefined, count) => {
      const remaining = last ? { ...bounds, ...(isForward ? { above: last.seq } : { below: last.seq }) } : bounds
      return findShared(conversationId, query.kind, { ...remaining, from: isForward ? 'above' : 'below' }, count)
    },
    present: (message) => presentMessage(message, visible, userId),
  })
  return { messages: items, hasMore }
}
