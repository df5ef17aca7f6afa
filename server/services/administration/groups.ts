import { ROLES } from '#shared/domain/permissions'
import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import type { AdminGroup, AdminGroupsQuery } from '#shared/schemas/admin'
import { presentAdminGroup } from '../../presenters/admin'
import { presentUser } from '../../presenters/user'
import { bytesOfConversations, findGroups, findSuspended } from '../../repositories/administration'
import { findConversation, type ConversationRecord } from '../../repositories/conversations'
import { findMembers, findMembership } from '../../repositories/memberships'
import { findUser, findUsers } from '../../repositories/users'
import { inLine } from '../conversations/inOrder'
import { removeGroup } from '../groups/delete'
import { giveToOwner } from '../groups/handOver'
import { recordServerAction } from './record'

/** The most people among whom a new owner is chosen. */
const MAX_CANDIDATES = 50

/** A page of all groups, the newest first. `next` is what the next page begins after; null: this is the last one. */
export async function listGroups(query: AdminGroupsQuery): Promise<{ groups: AdminGroup[]; next: string | null }> {
  const found = await findGroups(query.after, query.limit + 1)
  const page = found.slice(0, query.limit)
  const ids = page.map(({ _id }) => _id)
  const [bytes, owners, orphaned] = await Promise.all([
    bytesOfConversations(ids),
    findUsers(page.flatMap(({ ownerId }) => ownerId ?? [])),
    Promise.all(page.map(isOrphaned)),
  ])
  const groups = page.map((group, index) =>
    presentAdminGroup(
      group,
      owners.find(({ _id }) => group.ownerId?.equals(_id)),
      { orphaned: orphaned[index]!, bytes: bytes.get(group._id.toString()) ?? 0 },
    ),
  )
  return { groups, next: found.length > query.limit ? page.at(-1)!._id.toString() : null }
}

/**
 * The people who can lead a group that nobody leads: its first members by role, without those who are suspended. Empty
 * for a group with an owner who leads it.
 * @throws AppError NOT_FOUND
 */
export async function candidatesFor(id: string): Promise<User[]> {
  const group = await requireGroup(id)
  if (!(await isOrphaned(group))) return []
  const members = (await findMembers(id)).toSorted((one, other) => ROLES.indexOf(one.role) - ROLES.indexOf(other.role))
  const ids = members.map(({ userId }) => userId.toString()).slice(0, MAX_CANDIDATES)
  const people = new Map((await findUsers(ids)).map((person) => [person._id.toString(), person]))
  const suspended = await findSuspended(ids)
  return ids.flatMap((one) => (suspended.has(one) || !people.has(one) ? [] : presentUser(people.get(one)!)))
}

/**
 * Makes a member the owner of a group that nobody leads.
 * @throws AppError NOT_FOUND, also when the person is no member or suspended; CONFLICT when somebody leads the group
 */
export function adoptGroup(actorId: string, id: string, nextId: string): Promise<void> {
  return inLine(id, actorId, async () => {
    const group = await requireGroup(id)
    if (!(await isOrphaned(group))) throw new AppError('CONFLICT', { message: 'This group has an owner who leads it.' })
    const next = await findUser(nextId)
    if (!next || next.suspendedAt) throw new AppError('NOT_FOUND')
    await giveToOwner(actorId, group, nextId)
    await recordServerAction({ actorId, action: 'group.handedOver', targetId: id, details: { ownerId: nextId } })
  })
}

/** Closes a group: it is deleted with its messages and files, for everyone. @throws AppError NOT_FOUND */
export function closeGroup(actorId: string, id: string): Promise<void> {
  return inLine(id, actorId, async () => {
    const { name, memberCount } = await requireGroup(id)
    await recordServerAction({ actorId, action: 'group.closed', targetId: id, details: { name, memberCount } })
    await removeGroup(id)
  })
}

/** Whether nobody leads a group: its owner is gone, suspended, or no member any more. */
async function isOrphaned({ _id, ownerId }: ConversationRecord): Promise<boolean> {
  if (!ownerId) return true
  const [owner, membership] = await Promise.all([
    findUser(ownerId.toString()),
    findMembership(_id.toString(), ownerId.toString()),
  ])
  return !owner || !!owner.suspendedAt || membership?.role !== 'owner'
}

async function requireGroup(id: string): Promise<ConversationRecord> {
  const group = await findConversation(id)
  if (group?.kind !== 'group') throw new AppError('NOT_FOUND')
  return group
}
