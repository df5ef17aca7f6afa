import type { Draft, DraftInput } from '#shared/schemas/conversation'
import { publishToUsers } from '../../realtime/publish'
import { deleteDraft, saveDraft } from '../../repositories/drafts'
import { requireActiveMember } from './membership'

/**
 * Stores what the caller has typed in a conversation, and tells their devices, nobody else. Without text and reply it
 * removes the draft.
 * @throws AppError NOT_FOUND
 */
export async function changeDraft(userId: string, conversationId: string, input: DraftInput): Promise<void> {
  const { conversation } = await requireActiveMember(conversationId, userId)
  const { text, replyToId = null } = input
  const updatedAt = new Date()
  const isEmpty = text === '' && replyToId === null
  if (isEmpty) await deleteDraft(userId, conversationId)
  else await saveDraft({ userId, conversationId, text, replyToId, seq: conversation.seq, updatedAt })
  const draft: Draft | null = isEmpty ? null : { text, replyToId, updatedAt: updatedAt.toISOString() }
  publishToUsers([userId], 'draft.updated', { conversationId, draft })
}
