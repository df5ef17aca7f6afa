import { overridesHold } from '#shared/domain/permissions'
import type { Id } from '../../repositories/id'
import { changeMembership, type MembershipRecord } from '../../repositories/memberships'
import { saveRestriction, takeRestriction } from '../../repositories/restrictions'
import { standingOf } from '../conversations/rights'

/** Keeps what is taken from a member who goes, so that nobody frees himself by leaving and coming back. */
export async function keepRestriction(membership: MembershipRecord): Promise<void> {
  const { conversationId, userId, deny, until } = membership
  if (deny.length === 0 || !overridesHold(standingOf(membership), Date.now())) return
  await saveRestriction(conversationId, userId, { deny, until })
}

/** Takes from one who comes back what was taken from him when he went, unless its time is over. */
export async function restoreRestriction(conversationId: Id, userId: Id): Promise<void> {
  const kept = await takeRestriction(conversationId, userId)
  if (!kept || (kept.until && kept.until.getTime() <= Date.now())) return
  await changeMembership(conversationId, userId, 'member', { deny: kept.deny, until: kept.until })
}
