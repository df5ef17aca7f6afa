import type { Member } from '#shared/schemas/conversation'
import { presentMember } from '../../presenters/conversation'
import type { MembershipRecord } from '../../repositories/memberships'
import { findPeopleFor, hiddenReads } from '../people/seen'

/**
 * Memberships as somebody in the conversation sees them, in the same order. Deleted accounts are left out.
 * @param viewerId null: as everyone in it may see them
 */
export async function presentMembers(
  viewerId: string | null,
  memberships: readonly MembershipRecord[],
): Promise<Member[]> {
  const ids = memberships.map((membership) => membership.userId)
  const users = await findPeopleFor(viewerId, ids)
  const byId = new Map(users.map((user) => [user._id.toString(), user]))
  const hidden = await hiddenReads(
    viewerId,
    users.map(({ _id }) => _id.toString()),
  )
  return memberships.flatMap((membership) => {
    const id = membership.userId.toString()
    const user = byId.get(id)
    const hidesReads = hidden.has(id) || (membership.block !== undefined && id !== viewerId)
    return user ? [presentMember(hidesReads ? withoutReads(membership) : membership, user)] : []
  })
}

function withoutReads({ lastRead: _, ...membership }: MembershipRecord): MembershipRecord {
  return { ...membership, readSeq: 0 }
}
