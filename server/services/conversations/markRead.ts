import { AppError } from '#shared/errors'
import { publishToConversation } from '../../realtime/publish'
import { findConversation } from '../../repositories/conversations'
import { advanceRead } from '../../repositories/memberships'
import { requireMembership } from './membership'

/** Marks everything up to `seq` as read by the caller. What was read stays read. @throws AppError NOT_FOUND */
export async function markRead(userId: string, conversationId: string, seq: number): Promise<void> {
  await requireMembership(conversationId, userId)
  const conversation = await findConversation(conversationId)
  if (!conversation) throw new AppError('NOT_FOUND')
  // Nobody has read what is not written: a place past the end would swallow the next unread ones.
  const membership = await advanceRead(conversationId, userId, Math.min(seq, conversation.seq))
  if (!membership) return
  publishToConversation(conversationId, 'read.updated', { conversationId, userId, lastReadSeq: membership.readSeq })
}
