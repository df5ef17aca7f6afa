import { publishToConversation } from '../../realtime/publish'
import { requirePlace } from './membership'

/** Tells the others in a conversation that the caller types, or stopped. Kept nowhere. @throws AppError NOT_FOUND */
export async function setTyping(userId: string, conversationId: string, typing: boolean): Promise<void> {
  await requirePlace(conversationId, userId)
  publishToConversation(conversationId, 'typing', { conversationId, userId, typing }, userId)
}
