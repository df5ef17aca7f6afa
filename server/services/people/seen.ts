import { canSeeEachOther } from '#shared/domain/privacy'
import { blockedAmong, blockersAmong, inBlocksAmong } from '../../repositories/blocks'
import type { Id } from '../../repositories/id'
import { writtenBetween } from '../../repositories/ties'
import { findPrivacy, findUsers, type PersonRecord } from '../../repositories/users'

/**
 * The ids of those among these people whose presence somebody may not see. While a block stands, neither of the two sees
 * the other's, so that nobody learns from it who has blocked whom.
 * @param viewerId null: what these people do not show to everybody
 */
export async function hiddenPresence(viewerId: string | null, userIds: readonly string[]): Promise<Set<string>> {
  const others = userIds.filter((id) => id !== viewerId)
  if (others.length === 0) return new Set()
  const [byBlocks, byPrivacy] = await Promise.all([inBlocks(viewerId, others), hidden(viewerId, others, 'lastSeen')])
  return new Set([...byBlocks, ...byPrivacy])
}

/** The ids of those among these people of whom somebody may not see what they have read. @param viewerId as above */
export function hiddenReads(viewerId: string | null, userIds: readonly string[]): Promise<Set<string>> {
  return hidden(
    viewerId,
    userIds.filter((id) => id !== viewerId),
    'reads',
  )
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

async function inBlocks(viewerId: string | null, others: readonly string[]): Promise<string[]> {
  if (viewerId === null) return inBlocksAmong(others)
  const found = await Promise.all([blockersAmong(viewerId, others), blockedAmong(viewerId, others)])
  return found.flat()
}

/** By what people have set. Who has written to whom is only asked where somebody shows something to contacts alone. */
async function hidden(
  viewerId: string | null,
  others: readonly string[],
  what: 'lastSeen' | 'reads',
): Promise<Set<string>> {
  if (others.length === 0) return new Set()
  const privacy = await findPrivacy(viewerId === null ? others : [viewerId, ...others])
  const audienceOf = (id: string) => privacy.get(id)?.[what] ?? 'everybody'
  if (viewerId === null) return new Set(others.filter((id) => audienceOf(id) !== 'everybody'))
  const viewers = audienceOf(viewerId)
  const limited = others.filter((id) => viewers === 'contacts' || audienceOf(id) === 'contacts')
  const written = await writtenBetween(viewerId, limited)
  const canSee = (id: string) =>
    canSeeEachOther(
      { audience: viewers, isContact: written.get(id)?.byOne ?? false },
      { audience: audienceOf(id), isContact: written.get(id)?.byOther ?? false },
    )
  return new Set(others.filter((id) => !canSee(id)))
}
