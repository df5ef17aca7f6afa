import { writingOf } from '#shared/domain/text/links'
import { canEditMessage } from '#shared/domain/writing'
import { sharesOf } from '#shared/domain/shares'
import { standingOf } from '#shared/domain/standing'
import { previewLink } from '#shared/domain/text/previewLink'
import { mentionedIds } from '#shared/domain/text/mentions'
import { AppError } from '#shared/errors'
import type { Message } from '#shared/schemas/message'
import { noteEdit } from '../../repositories/memberships'
import { active } from '../conversations/active'
import { inOrder } from '../conversations/inOrder'
import { returnMentioned } from '../conversations/returnMentioned'
import { authorize } from '../conversations/rights'
import { requestPreview } from '../previews/attachPreview'
import { dropPicture } from '../previews/picture'
import { mentionsIn } from './mentions'
import { loadForChange, type MessageAddress } from './loadForChange'
import { lastWrittenAt, slowModeError } from './slowMode'
import { updateAndPublish } from './update'

/**
 * Changes the text of the caller's own message. In slow mode an edit counts as a message.
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN; RATE_LIMITED by slow mode
 */
export function editMessage(
  userId: string,
  { conversationId, messageId }: MessageAddress,
  text: string,
): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    const { conversation, membership, message, present } = await loadForChange(userId, conversationId, messageId)
    const isOwn = message.senderId.toString() === userId && !message.forwardedFrom
    authorize(canEditMessage(conversation, standingOf(membership), isOwn, writingOf(text), Date.now()))
    if (message.deletedAt) throw new AppError('NOT_FOUND')
    if (message.text === text) return present(message)
    const editedAt = new Date()
    if (conversation.settings.slowModeSeconds > 0 && membership.role === 'member') {
      const lastWritten = await lastWrittenAt(conversation._id, membership)
      const refused = slowModeError(conversation, membership, lastWritten, editedAt.getTime())
      if (refused) throw refused
      await noteEdit(conversationId, userId, editedAt)
    }
    const { members } = await active.membersOf(conversationId, mentionedIds(text))
    const mentions = mentionsIn(text, conversation, membership, members, editedAt.getTime())
    const shares = sharesOf(text, message.attachments ?? [])
    const keepsPreview = message.preview !== undefined && message.preview.url === previewLink(text)
    const changed = await updateAndPublish(conversation, message, {
      set: { text, shares, editedAt, ...((message.mentions || mentions.length > 0) && { mentions }) },
      ...(!keepsPreview && { also: { $unset: { preview: '' } } }),
    })
    if (!keepsPreview) {
      await dropPicture(message.preview?.imageId)
      requestPreview({ ...present(changed), senderId: userId })
    }
    returnMentioned(
      conversationId,
      mentions.filter((id) => !message.mentions?.includes(id)),
    )
    return present(changed)
  })
}
