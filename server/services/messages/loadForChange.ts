import { visibleFrom } from '#shared/domain/groups'
import { AppError } from '#shared/errors'
import { presentMessage } from '../../presenters/message'
import { findMessage, type MessageRecord } from '../../repositories/messages'
import { requireActiveMember } from '../conversations/membership'
import { forbidden } from '../conversations/rights'

export interface MessageAddress {
  conversationId: string
  messageId: string
}

/**
 * Loads a message that the caller can see, with its conversation and the caller's membership. `present` makes the answer
 * to the caller of it, which quotes nothing that is hidden from them.
 * @throws AppError NOT_FOUND; FORBIDDEN for a system message
 */
export async function loadForChange(userId: string, conversationId: string, messageId: string) {
  const member = await requireActiveMember(conversationId, userId)
  const from = visibleFrom(member.conversation.settings, member.membership)
  const message = await findMessage(conversationId, messageId, from)
  if (!message) throw new AppError('NOT_FOUND')
  // Nobody may change a system message.
  if (message.kind === 'system') throw forbidden('role')
  return { ...member, message, present: (record: MessageRecord) => presentMessage(record, from, userId) }
}
