import { blockedAmong, blockersAmong, inBlocksAmong } from '../../repositories/blocks'
import type { Id } from '../../repositories/id'
import { findUsers, type PersonRecord } from '../../repositories/users'

/**
 * The ids of those among these people whose presence somebody may not see. While a block stands, neither of the two sees
 * the other's, so that nobody learns from it who has blocked whom.
 * @param viewerId null: what these people do not show to everybody
 */
export async function hiddenPresence(viewerId: string | null, userIds: readonly string[]): Promise<Set<string>> {
  const others = userIds.filter((id) => id !== viewerId)
  if (others.length === 0) return new Set()
  if (viewerId === null) return new Set(await inBlocksAmong(others))
  const [blockers, blocked] = await Promise.all([blockersAmong(viewerId, others), blockedAmong(viewerId, others)])
  return new Set([...blockers, ...blocked])
}

/** People as somebody may see them. @param viewerId null: as everybody may see them */
export async function findPeopleFor(viewerId: string | null, ids: readonly Id[]): Promise<PersonRecord[]> {
  return asSeenBy(viewerId, await findUsers(ids))
}

/** The same people without what they do not show to this viewer. @param viewerId null: as everybody may see them */
export async function asSeenBy<T extends PersonRecord>(viewerId: string | null, people: readonly T[]): Promise<T[]> {
  const hidden = await hiddenPresence(
    viewerId,
    people.map(({ _id }) => _id.toString()),
  )
  return people.map((person) => (hidden.has(person._id.toString()) ? { ...person, lastSeenAt: null } : person))
}
