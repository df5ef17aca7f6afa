import { AppError } from '#shared/errors'
import type { Conversation, MySettingsInput } from '#shared/schemas/conversation'
import { publishToUsers } from '../../realtime/publish'
import { updateMembership } from '../../repositories/memberships'
import { inOrder } from './inOrder'
import { viewConversations } from './view'

/**
 * Changes the caller's own settings in a conversation. It runs in order with changes of members: its event goes to the
 * caller directly, and must not follow the one that says that they are no longer a member.
 * @throws AppError NOT_FOUND
 */
export function changeMySettings(userId: string, id: string, input: MySettingsInput): Promise<Conversation> {
  const { mutedUntil, ...rest } = input
  const fields = { ...rest, ...(mutedUntil !== undefined && { mutedUntil: mutedUntil ? new Date(mutedUntil) : null }) }
  return inOrder(id, userId, async () => {
    const membership = await updateMembership(id, userId, fields)
    const [conversation] = membership ? await viewConversations(userId, [membership]) : []
    if (!conversation) throw new AppError('NOT_FOUND')
    publishToUsers([userId], 'conversation.updated', { conversation })
    return conversation
  })
}
