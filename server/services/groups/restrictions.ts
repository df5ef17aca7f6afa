import { overridesHold } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import type { Id } from '../../repositories/id'
import { changeMembership, type MembershipRecord } from '../../repositories/memberships'
import { saveRestriction, takeRestriction } from '../../repositories/restrictions'

/**
 * Stores the rights that a member who leaves was denied, so that nobody gets them back by leaving and joining again.
 */
export async function keepRestriction(membership: MembershipRecord): Promise<void> {
  const { conversationId, userId, deny, until } = membership
  if (deny.length === 0 || !overridesHold(standingOf(membership), Date.now())) return
  await saveRestriction(conversationId, userId, { deny, until })
}

/** Denies someone who joins again the rights that they were denied when they left, unless that has ended. */
export async function restoreRestriction(conversationId: Id, userId: Id): Promise<void> {
  const kept = await takeRestriction(conversationId, userId)
  if (!kept || (kept.until && kept.until.getTime() <= Date.now())) return
  await changeMembership(conversationId, userId, 'member', { deny: kept.deny, until: kept.until })
}
