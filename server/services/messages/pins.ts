import { visibleFrom } from '#shared/domain/groups'
import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { MarkedPage } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { findMessage, type MessageRecord } from '../../repositories/messages'
import { countPins, findPins, PIN, UNPIN } from '../../repositories/pins'
import { readUntilFull } from '../answerBudget'
import { inOrder } from '../conversations/inOrder'
import { requireActiveMember } from '../conversations/membership'
import { changeIf } from './changeIf'
import type { MessageAddress } from './loadForChange'
import { postSystemMessage } from './postSystemMessage'

/**
 * Pins a message, and says so in the conversation. Pinning a pinned message changes nothing.
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN; INVALID when `LIMITS.pins` others are pinned
 */
export function pinMessage(userId: string, address: MessageAddress): Promise<void> {
  const { conversationId } = address
  return inOrder(conversationId, userId, async () => {
    const { message, isChanged } = await changeIf(userId, address, 'pin', async ({ pinnedRev }) => {
      if (pinnedRev) return null
      if ((await countPins(conversationId)) < LIMITS.pins) return PIN
      throw new AppError('INVALID', { message: `At most ${LIMITS.pins} messages can be pinned.` })
    })
    if (isChanged)
      await postSystemMessage(conversationId, userId, { action: 'pinned', targetIds: [], seq: message.seq })
  })
}

/**
 * Removes a message from the pins. One that is not pinned stays as it is.
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN
 */
export async function unpinMessage(userId: string, address: MessageAddress): Promise<void> {
  await inOrder(address.conversationId, userId, () =>
    changeIf(userId, address, 'pin', ({ pinnedRev }) => (pinnedRev ? UNPIN : null)),
  )
}

/**
 * The pinned messages that the caller can see, the newest pin first.
 * @param query.after the last message of the page before. If it is no longer pinned, the list ends.
 * @throws AppError NOT_FOUND
 */
export async function readPins(
  userId: string,
  conversationId: string,
  query: { after?: string; limit: number },
): Promise<MarkedPage> {
  const { conversation, membership } = await requireActiveMember(conversationId, userId)
  const from = visibleFrom(conversation.settings, membership)
  const before = query.after
    ? ((await findMessage(conversationId, query.after, from))?.pinnedRev ?? 0)
    : Number.MAX_SAFE_INTEGER
  const { items, hasMore } = await readUntilFull({
    limit: query.limit,
    read: (last: MessageRecord | undefined, count) => findPins(conversationId, from, last?.pinnedRev ?? before, count),
    present: (message) => presentMessage(message, from, userId),
  })
  return { messages: items, next: hasMore ? items.at(-1)!.id : null }
}
