import { visibleFrom } from '#shared/domain/groups'
import { sharesOf } from '#shared/domain/shares'
import { canEditMessage } from '#shared/domain/writing'
import { canDeleteMessage } from '#shared/domain/permissions'
import { AppError } from '#shared/errors'
import type { Message } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { publishToConversation, publishToUsers } from '../../realtime/publish'
import { advanceConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembers, findMembership, noteEdit } from '../../repositories/memberships'
import { changeMessage, clearExcerpts, findMessage, type MessageRecord } from '../../repositories/messages'
import { inOrder } from '../conversations/inOrder'
import { requirePlace } from '../conversations/membership'
import { authorize, forbidden, standingOf } from '../conversations/rights'
import { removeFilesOfMessage } from '../files/remove'
import { logChange } from '../groups/notices'
import { lastWrittenAt, refusalBySlowMode } from './slowMode'

export interface Place {
  conversationId: string
  messageId: string
}

/**
 * Changes the text of one's own message. In slow mode an edit counts as a message.
 * @throws AppError NOT_FOUND, also for a deleted one; FORBIDDEN; RATE_LIMITED by slow mode
 */
export function editMessage(userId: string, { conversationId, messageId }: Place, text: string): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    const { conversation, membership, message } = await load(userId, conversationId, messageId)
    const isOwn = message.senderId.toString() === userId
    authorize(canEditMessage(conversation, standingOf(membership), isOwn, text, Date.now()))
    if (message.deletedAt) throw new AppError('NOT_FOUND')
    if (message.text === text) return presentMessage(message)
    const editedAt = new Date()
    if (conversation.settings.slowModeSeconds > 0 && membership.role === 'member') {
      const lastWritten = await lastWrittenAt(conversation._id, membership)
      const refused = refusalBySlowMode(conversation, membership, lastWritten, editedAt.getTime())
      if (refused) throw refused
      await noteEdit(conversationId, userId, editedAt)
    }
    return writeAndTell(conversation, message, { text, shares: sharesOf(text, message.attachments ?? []), editedAt })
  })
}

/**
 * Deletes a message: its place stays, its content goes. Again changes nothing.
 * @throws AppError NOT_FOUND, FORBIDDEN
 */
export function deleteMessage(userId: string, { conversationId, messageId }: Place): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    const { conversation, membership, message } = await load(userId, conversationId, messageId)
    const authorId = message.senderId.toString()
    const isOwn = authorId === userId
    const author = isOwn ? membership : await findMembership(conversationId, authorId)
    const standing = author ? standingOf(author) : undefined
    authorize(canDeleteMessage(conversation, standingOf(membership), isOwn, standing, Date.now()))
    if (message.deletedAt) {
      // A deletion that broke off may have left its files.
      await removeFilesOfMessage(message._id)
      return presentMessage(message)
    }
    const deleted = await writeAndTell(conversation, message, {
      text: '',
      attachments: [],
      shares: [],
      replyTo: null,
      deletedAt: new Date(),
    })
    await removeFilesOfMessage(message._id)
    await clearExcerpts(message)
    if (!isOwn) await logChange(conversationId, userId, 'message.deleted', authorId, { seq: message.seq })
    return deleted
  })
}

/** A message that the caller can see, and its place. @throws AppError NOT_FOUND, FORBIDDEN for a system message */
export async function load(userId: string, conversationId: string, messageId: string) {
  const place = await requirePlace(conversationId, userId)
  const from = visibleFrom(place.conversation.settings, place.membership.joinedSeq)
  const message = await findMessage(conversationId, messageId, from)
  if (!message) throw new AppError('NOT_FOUND')
  // What the group itself has said is nobody's to change.
  if (message.kind === 'system') throw forbidden('role')
  return { ...place, message }
}

/** Changes a message and tells everyone who may see it. @param hearer somebody who has listened to it @throws AppError NOT_FOUND */
export async function writeAndTell(
  conversation: ConversationRecord,
  message: MessageRecord,
  fields: Parameters<typeof changeMessage>[3],
  hearer?: string,
): Promise<Message> {
  const changed = await changeMessage(conversation._id, message._id, conversation.rev, fields, hearer)
  if (!changed) throw new AppError('NOT_FOUND')
  await advanceConversation(conversation._id, { rev: changed.rev })
  const presented = presentMessage(changed)
  await tellChanged(conversation, changed)
  return presented
}

/** Tells those who may see the message: where newcomers see nothing from before, not all who are here. */
async function tellChanged(conversation: ConversationRecord, changed: MessageRecord): Promise<void> {
  const { settings } = conversation
  if (settings.history === 'all') {
    return publishToConversation(conversation._id.toString(), 'message.updated', { message: presentMessage(changed) })
  }
  const members = await findMembers(conversation._id)
  const readers = members.filter((member) => changed.seq > visibleFrom(settings, member.joinedSeq))
  // The same event for all of them: it quotes nothing that the newest of them may not see.
  const message = presentMessage(changed, Math.max(0, ...readers.map((member) => member.joinedSeq)))
  publishToUsers(
    readers.map((member) => member.userId.toString()),
    'message.updated',
    { message },
  )
}
