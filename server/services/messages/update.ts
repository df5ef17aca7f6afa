import { AppError } from '#shared/errors'
import { presentMessage } from '../../presenters/message'
import { publishToConversation, publishToUsers } from '../../realtime/publish'
import { advanceConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembers } from '../../repositories/memberships'
import { changeMessage, type MessageChange, type MessageRecord } from '../../repositories/messages'
import { noteChanged } from '../search/indexing'

/**
 * Changes a message and publishes it to everyone who may see it.
 * @throws AppError NOT_FOUND when the message no longer exists
 */
export async function updateAndPublish(
  conversation: ConversationRecord,
  message: MessageRecord,
  change: MessageChange,
): Promise<MessageRecord> {
  const changed = await tryUpdate(conversation, message, change)
  if (!changed) throw new AppError('NOT_FOUND')
  return changed
}

/** The same. Null: the message is not, or no longer, as the change requires. */
export async function tryUpdate(
  conversation: ConversationRecord,
  message: MessageRecord,
  change: MessageChange,
): Promise<MessageRecord | null> {
  const changed = await changeMessage(conversation._id, message._id, conversation.rev, change)
  if (!changed) return null
  await advanceConversation(conversation._id, { rev: changed.rev })
  if (isSearchedBy(change)) await noteChanged(changed)
  await publishUpdate(conversation, changed)
  return changed
}

/**
 * Publishes a change to the members who may see the message. Newcomers may not, if the history before them is hidden.
 */
async function publishUpdate(conversation: ConversationRecord, changed: MessageRecord): Promise<void> {
  const { settings } = conversation
  if (settings.history === 'all') {
    return publishToConversation(conversation._id.toString(), 'message.updated', { message: presentMessage(changed) })
  }
  const members = await findMembers(conversation._id)
  const readers = members.filter((member) => changed.seq > member.joinedSeq)
  // All of them get the same event. It quotes nothing that the newest of them may not see.
  const message = presentMessage(changed, Math.max(0, ...readers.map((member) => member.joinedSeq)))
  publishToUsers(
    readers.map((member) => member.userId.toString()),
    'message.updated',
    { message },
  )
}

/** Whether a change affects by what a message is found. */
function isSearchedBy({ set = {}, revField }: MessageChange): boolean {
  return revField === 'pinnedRev' || ['text', 'attachments', 'deletedAt', 'mentions'].some((field) => field in set)
}
