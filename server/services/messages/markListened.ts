import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { inOrder } from '../conversations/inOrder'
import { loadForChange, type MessageAddress } from './loadForChange'
import { updateAndPublish } from './update'

/**
 * Notes that somebody has begun to listen to a voice message, and tells everyone. Again, the sender's own listening,
 * and that of more people than a message remembers change nothing.
 * @throws AppError NOT_FOUND, INVALID where there is nothing to listen to
 */
export function markListened(userId: string, { conversationId, messageId }: MessageAddress): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    const { conversation, message } = await loadForChange(userId, conversationId, messageId)
    if (!message.attachments?.some(({ kind }) => kind === 'voice')) {
      throw new AppError('INVALID', { message: 'There is nothing to listen to in this message.' })
    }
    const hearers = message.heardBy ?? []
    const isKnown = message.senderId.toString() === userId || hearers.some((id) => id.toString() === userId)
    if (isKnown || hearers.length >= LIMITS.hearers) return presentMessage(message)
    return updateAndPublish(conversation, message, {}, userId)
  })
}
