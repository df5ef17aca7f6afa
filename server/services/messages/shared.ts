import { visibleFrom } from '#shared/domain/groups'
import type { MessagePage, SharedQuery } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findShared, type MessageRecord } from '../../repositories/messages'
import { readUntilFull } from '../answerRoom'
import { requireActiveMember } from '../conversations/membership'

/**
 * What was shared in a conversation, of one kind: before a place, or the newest, newest first; after one, oldest first.
 * @throws AppError NOT_FOUND
 */
export async function readShared(userId: string, conversationId: string, query: SharedQuery): Promise<MessagePage> {
  const { conversation, membership } = await requireActiveMember(conversationId, userId)
  const visible = visibleFrom(conversation.settings, membership.joinedSeq)
  const forwards = query.after !== undefined
  const bounds = { above: Math.max(visible, query.after ?? 0), below: query.before ?? Number.MAX_SAFE_INTEGER }
  const { items, hasMore } = await readUntilFull({
    limit: query.limit,
    read: (last: MessageRecord | undefined, count) => {
      const rest = last ? { ...bounds, ...(forwards ? { above: last.seq } : { below: last.seq }) } : bounds
      return findShared(conversationId, query.kind, { ...rest, from: forwards ? 'above' : 'below' }, count)
    },
    present: (message) => presentMessage(message, visible),
  })
  return { messages: items, hasMore }
}
