import { normalizeEmail } from '#shared/domain/email'
import { SEARCH_VERSION, searchKeysOf, searchWordsOf } from '#shared/domain/names'
import type { AdminPeopleQuery, AdminPerson, ChangePersonInput } from '#shared/schemas/admin'
import { presentAdminPerson } from '../../presenters/admin'
import { findPeople } from '../../repositories/administration'
import { updateUser } from '../../repositories/users'
import { endAllSessions } from '../accounts/endSessions'
import { setServerRole } from './administrators'
import { recordServerAction } from './record'
import { requireUser } from './suspend'

/** A page of all people, sorted by username. `next` is what the next page begins after; null: this is the last one. */
export async function listPeople(query: AdminPeopleQuery): Promise<{ people: AdminPerson[]; next: string | null }> {
  const { q, role, state, after, limit } = query
  const isEmail = q.includes('@')
  const found = await findPeople({
    words: isEmail ? [] : searchWordsOf(q),
    ...(isEmail && { email: normalizeEmail(q) }),
    role,
    isSuspended: state === 'suspended',
    after,
    limit: limit + 1,
  })
  const page = found.slice(0, limit)
  return { people: page.map(presentAdminPerson), next: found.length > limit ? page.at(-1)!.username : null }
}

/** @throws AppError NOT_FOUND */
export async function getAdminPerson(userId: string): Promise<AdminPerson> {
  return presentAdminPerson(await requireUser(userId))
}

/**
 * Changes somebody's server role or display name.
 * @throws AppError NOT_FOUND; CONFLICT for the last administrator, a suspended account, and changes at the same time
 */
export async function changePerson(actorId: string, userId: string, input: ChangePersonInput): Promise<AdminPerson> {
  const user = await requireUser(userId)
  const { serverRole, displayName } = input
  const before = user.serverRole ?? null
  if (serverRole !== undefined && serverRole !== before) {
    await setServerRole(user, serverRole)
    const details = { role: serverRole, before }
    await recordServerAction({ actorId, action: 'user.role', targetId: userId, details })
  }
  if (displayName !== undefined && displayName !== user.displayName) {
    const searchKeys = searchKeysOf({ username: user.username, displayName })
    await updateUser(userId, { displayName, searchKeys, searchVersion: SEARCH_VERSION })
    const details = { name: displayName, before: user.displayName }
    await recordServerAction({ actorId, action: 'user.renamed', targetId: userId, details })
  }
  return getAdminPerson(userId)
}

/** Ends all sessions of somebody, on all their devices. @throws AppError NOT_FOUND */
export async function endSessionsOf(actorId: string, userId: string): Promise<void> {
  await requireUser(userId)
  await endAllSessions(userId)
  await recordServerAction({ actorId, action: 'user.sessionsEnded', targetId: userId })
}
