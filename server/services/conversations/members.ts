import type { Member } from '#shared/schemas/conversation'
import { presentMember } from '../../presenters/conversation'
import type { MembershipRecord } from '../../repositories/memberships'
import { findUsers } from '../../repositories/users'

/** Memberships as everyone in the conversation sees them, in the same order. Deleted accounts are left out. */
export async function presentMembers(memberships: readonly MembershipRecord[]): Promise<Member[]> {
  const users = await findUsers(memberships.map((membership) => membership.userId))
  const byId = new Map(users.map((user) => [user._id.toString(), user]))
  return memberships.flatMap((membership) => {
    const user = byId.get(membership.userId.toString())
    return user ? [presentMember(membership, user)] : []
  })
}
