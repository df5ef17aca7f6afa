import { visibleFrom } from '#shared/domain/groups'
import { AppError } from '#shared/errors'
import { findMessage } from '../../repositories/messages'
import { requireActiveMember } from '../conversations/membership'
import { forbidden } from '../conversations/rights'

export interface MessageAddress {
  conversationId: string
  messageId: string
}

/** A message that the caller can see, and its place. @throws AppError NOT_FOUND, FORBIDDEN for a system message */
export async function loadForChange(userId: string, conversationId: string, messageId: string) {
  const place = await requireActiveMember(conversationId, userId)
  const from = visibleFrom(place.conversation.settings, place.membership.joinedSeq)
  const message = await findMessage(conversationId, messageId, from)
  if (!message) throw new AppError('NOT_FOUND')
  // What the group itself has said is nobody's to change.
  if (message.kind === 'system') throw forbidden('role')
  return { ...place, message }
}
