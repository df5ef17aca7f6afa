import { canAddToGroup, canFind, canWriteFirst, DEFAULT_PRIVACY } from '#shared/domain/privacy'
import { AppError } from '#shared/errors'
import { blockedAmong, blockersAmong } from '../../repositories/blocks'
import { groupMatesAmong, writtenBetween } from '../../repositories/ties'
import { findPrivacy } from '../../repositories/users'
import { forbidden } from '../conversations/rights'

/**
 * Refuses the first message to a person, and the conversation for it, if they take none from the caller, or while one of
 * the two blocks the other. The refusal does not say which of these it is.
 * @throws AppError FORBIDDEN
 */
export async function requireReachable(userId: string, targetId: string): Promise<void> {
  if (targetId === userId) return
  const [byTarget, byUser] = await Promise.all([blockersAmong(userId, [targetId]), blockedAmong(userId, [targetId])])
  if (byUser.length > 0) throw forbidden('blocking')
  if (byTarget.length > 0 || !(await takesFirstMessage(userId, targetId))) throw forbidden('unreachable')
}

/** Whether a person takes a first message from somebody, by what they have set. */
export async function takesFirstMessage(userId: string, targetId: string): Promise<boolean> {
  const privacy = (await findPrivacy([targetId])).get(targetId)
  if (!privacy) return true
  const mates = privacy.write === 'groups' ? await groupMatesAmong(targetId, [userId]) : new Set()
  return canWriteFirst(privacy, { sharesGroup: mates.has(userId) })
}

/**
 * Refuses to add people to a group who have blocked the caller, or whom only others may add. They can still join by an
 * invite link.
 * @throws AppError FORBIDDEN
 */
export async function requireAddable(userId: string, targetIds: readonly string[]): Promise<void> {
  const [blockers, privacy] = await Promise.all([blockersAmong(userId, targetIds), findPrivacy(targetIds)])
  const limited = targetIds.filter((id) => privacy.get(id)?.add === 'contacts')
  const written = await writtenBetween(userId, limited)
  const isAddable = (id: string) =>
    id === userId || canAddToGroup(privacy.get(id) ?? DEFAULT_PRIVACY, { isContact: written.get(id)?.byOther ?? false })
  if (blockers.length === 0 && targetIds.every(isAddable)) return
  throw new AppError('FORBIDDEN', { message: 'One of these people can only join by an invite link.' })
}

/** Those among these people whom somebody finds by what they have typed. */
export async function findable<T extends { _id: { toString(): string }; username: string }>(
  userId: string,
  people: readonly T[],
  typed: string,
): Promise<T[]> {
  const idOf = ({ _id }: T) => _id.toString()
  const privacy = await findPrivacy(people.map(idOf))
  const limited = people.map(idOf).filter((id) => privacy.get(id)?.find === 'groups')
  const mates = await groupMatesAmong(userId, limited)
  const name = typed.trim().replace(/^@/, '').toLowerCase()
  return people.filter((person) => {
    const id = idOf(person)
    const own = privacy.get(id)
    return id === userId || !own || canFind(own, { sharesGroup: mates.has(id) }, name === person.username)
  })
}
