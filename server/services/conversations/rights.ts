import { can, type Decision, type DenialReason, type Right } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import type { ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'
import { requireConversation } from './membership'

const SENTENCE: Record<DenialReason, string> = {
  direct: 'A direct conversation has no such right.',
  role: 'Your role does not allow this.',
  denied: 'You have been denied this here.',
  rank: "This person's role is as high as yours, or higher.",
  self: 'You cannot do this to yourself.',
  author: 'Only its author can change a message.',
  beyond: 'You cannot give a right that you do not have.',
  owner: 'Choose a new owner first.',
  blocking: 'You have blocked this person.',
  unreachable: 'This message cannot be delivered to this person.',
}

/**
 * The conversation and the caller's membership, if they have a right in it now. It asks the database, not this task's
 * memory.
 * @throws AppError NOT_FOUND unless they are a member; FORBIDDEN, with the reason, without the right
 */
export async function authorizeIn(
  conversationId: string,
  userId: string,
  right: Right,
): Promise<{ conversation: ConversationRecord; membership: MembershipRecord }> {
  const found = await requireConversation(conversationId, userId)
  authorize(can(found.conversation, standingOf(found.membership), right, Date.now()))
  return found
}

/** Refuses what the permission rules deny. @throws AppError FORBIDDEN, with the reason */
export function authorize(decision: Decision): void {
  if (!decision.allowed) throw forbidden(decision.reason)
}

/** The error for a denied action, with a sentence that says why. */
export function forbidden(reason: DenialReason): AppError {
  return new AppError('FORBIDDEN', { message: SENTENCE[reason] })
}
