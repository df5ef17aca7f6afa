import { can, type Decision, type DenialReason, type Right, type Standing } from '#shared/domain/permissions'
import { AppError } from '#shared/errors'
import type { ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'
import { requireConversation } from './membership'

const SENTENCE: Record<DenialReason, string> = {
  direct: 'A direct conversation has no such right.',
  role: 'Your role does not allow this.',
  denied: 'This was taken from you here.',
  rank: 'This person stands as high as you, or higher.',
  self: 'You cannot do this to yourself.',
  author: 'Only its author can change a message.',
  beyond: 'You cannot give a right that you do not have.',
  owner: 'Hand the group over first.',
}

/** A membership as the rules see it. */
export function standingOf(membership: MembershipRecord): Standing {
  const { role, allow, deny, until } = membership
  return { role, allow, deny, until: until?.getTime() ?? null }
}

/**
 * The conversation, for a member who has a right in it now. It asks the database, not what this task remembers.
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

/** @throws AppError FORBIDDEN, with the reason, unless the rules say yes */
export function authorize(decision: Decision): void {
  if (!decision.allowed) throw forbidden(decision.reason)
}

export function forbidden(reason: DenialReason): AppError {
  return new AppError('FORBIDDEN', { message: SENTENCE[reason] })
}
