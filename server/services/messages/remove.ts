import { canDeleteMessage } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import type { Message } from '#shared/schemas/message'
import { findMembership } from '../../repositories/memberships'
import { clearExcerpts } from '../../repositories/messages'
import { recordChange } from '../audit/record'
import { inOrder } from '../conversations/inOrder'
import { authorize } from '../conversations/rights'
import { removeFilesOfMessage } from '../files/remove'
import { loadForChange, type MessageAddress } from './loadForChange'
import { countReplies } from './threads'
import { updateAndPublish } from './update'

/**
 * Deletes a message: its `seq` stays, and its content is removed. Deleting it again changes nothing.
 * @throws AppError NOT_FOUND, FORBIDDEN
 */
export function deleteMessage(userId: string, { conversationId, messageId }: MessageAddress): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    const { conversation, membership, message, present } = await loadForChange(userId, conversationId, messageId)
    const authorId = message.senderId.toString()
    const isOwn = authorId === userId
    const author = isOwn ? membership : await findMembership(conversationId, authorId)
    const standing = author ? standingOf(author) : undefined
    authorize(canDeleteMessage(conversation, standingOf(membership), isOwn, standing, Date.now()))
    if (message.deletedAt) {
      // A deletion that broke off may have left files behind.
      await removeFilesOfMessage(message._id)
      return present(message)
    }
    const deleted = await updateAndPublish(conversation, message, {
      set: {
        text: '',
        attachments: [],
        shares: [],
        replyTo: null,
        reactions: {},
        deletedAt: new Date(),
        ...(message.replies && { replies: 0 }),
        ...(message.mentions && { mentions: [] }),
      },
      also: { $unset: { pinnedRev: '', preview: '' } },
    })
    await removeFilesOfMessage(message._id)
    await clearExcerpts(message)
    await countReplies(conversation, [message], -1)
    if (!isOwn) await recordChange(conversationId, userId, 'message.deleted', authorId, { seq: message.seq })
    return present(deleted)
  })
}
