import { can, type Right } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import type { Message } from '#shared/schemas/message'
import type { MessageChange, MessageRecord } from '../../repositories/messages'
import { authorize } from '../conversations/rights'
import { loadForChange, type MessageAddress } from './loadForChange'
import { tryUpdate } from './update'

/**
 * Makes one conditional write to a message, and looks again when another task has changed what the write depends on.
 * Called within `inOrder`.
 * @param right what the caller needs
 * @param changeOf the change of the message as it is now; null: nothing is to be changed
 * @returns the message as the caller sees it, and whether this call has changed it
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN
 */
export async function changeIf(
  userId: string,
  { conversationId, messageId }: MessageAddress,
  right: Right,
  changeOf: (message: MessageRecord) => MessageChange | null | Promise<MessageChange | null>,
): Promise<{ message: Message; isChanged: boolean }> {
  for (;;) {
    const { conversation, membership, message, present } = await loadForChange(userId, conversationId, messageId)
    authorize(can(conversation, standingOf(membership), right, Date.now()))
    if (message.deletedAt) throw new AppError('NOT_FOUND')
    const wanted = await changeOf(message)
    if (!wanted) return { message: present(message), isChanged: false }
    const changed = await tryUpdate(conversation, message, wanted)
    if (changed) return { message: present(changed), isChanged: true }
  }
}
