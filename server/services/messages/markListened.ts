import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import { heardBy } from '../../repositories/messages'
import { inOrder } from '../conversations/inOrder'
import { loadForChange, type MessageAddress } from './loadForChange'
import { updateAndPublish } from './update'

/**
 * Records that the caller has begun to listen to a voice message, and publishes it. Listening again, the sender's own
 * listening, and more listeners than a message stores (`LIMITS.hearers`) change nothing.
 * @throws AppError NOT_FOUND; INVALID for a message without a voice recording
 */
export function markListened(userId: string, { conversationId, messageId }: MessageAddress): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    const { conversation, message, present } = await loadForChange(userId, conversationId, messageId)
    if (!message.attachments?.some(({ kind }) => kind === 'voice')) {
      throw new AppError('INVALID', { message: 'This message has no voice recording.' })
    }
    const listeners = message.heardBy ?? []
    const isKnown = message.senderId.toString() === userId || listeners.some((id) => id.toString() === userId)
    if (isKnown || listeners.length >= LIMITS.hearers) return present(message)
    return present(await updateAndPublish(conversation, message, heardBy(userId)))
  })
}
