import { canActOn } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import type { Ban } from '#shared/schemas/group'
import { presentUser } from '../../presenters/user'
import { deleteBan, findBans, insertBan } from '../../repositories/bans'
import { takeJoinRequest } from '../../repositories/joinRequests'
import { deleteMembership, findMembership } from '../../repositories/memberships'
import { deleteDraft } from '../../repositories/drafts'
import { findUser } from '../../repositories/users'
import { inOrder } from '../conversations/inOrder'
import { requireConversation } from '../conversations/membership'
import { authorize, authorizeIn, forbidden } from '../conversations/rights'
import { endInvites } from './invites'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { findPeopleFor } from '../people/seen'
import { keepRestriction } from './restrictions'
import { announceLeft } from './announce'

/**
 * Bans a person, member or not. A member is removed, and a banned person cannot join or be added. Banning someone again
 * changes nothing.
 * @throws AppError NOT_FOUND; FORBIDDEN; CONFLICT when the member changed at the same time
 */
export function banPerson(userId: string, id: string, targetId: string): Promise<void> {
  return inOrder(id, userId, async () => {
    const { conversation, membership } = await requireConversation(id, userId)
    const target = await findMembership(id, targetId)
    authorize(
      canActOn(conversation, standingOf(membership), 'ban', target ? standingOf(target) : undefined, Date.now()),
    )
    if (targetId === userId) throw forbidden('self')
    if (!(await findUser(targetId))) throw new AppError('NOT_FOUND')
    if ((await findBans(id, [targetId])).length > 0) return
    // The ban is written first, so that an invite that is accepted at the same time finds it.
    await insertBan(id, targetId, userId)
    await takeJoinRequest(id, targetId)
    const removed = target && (await deleteMembership(id, targetId, target.role))
    if (target && !removed) {
      await deleteBan(id, targetId)
      throw new AppError('CONFLICT', { message: 'This member was changed at the same time. Try again.' })
    }
    if (removed) {
      await keepRestriction(removed)
      await deleteDraft(targetId, id)
      await announceLeft(id, removed, 'banned')
      await endInvites(id)
    }
    await recordChange(id, userId, 'member.banned', targetId)
    if (removed) await postSystemMessage(id, userId, { action: 'banned', targetIds: [targetId] })
  })
}

/** Lifts a ban: the person may join by an invite or be added again. @throws AppError NOT_FOUND, FORBIDDEN */
export function unbanPerson(userId: string, id: string, targetId: string): Promise<void> {
  return inOrder(id, userId, async () => {
    await authorizeIn(id, userId, 'ban')
    if (!(await deleteBan(id, targetId))) throw new AppError('NOT_FOUND')
    await recordChange(id, userId, 'member.unbanned', targetId)
  })
}

/** The banned people, the newest ban first. @throws AppError NOT_FOUND, FORBIDDEN */
export async function listBans(userId: string, id: string): Promise<Ban[]> {
  await authorizeIn(id, userId, 'ban')
  const bans = await findBans(id)
  const people = await findPeopleFor(
    userId,
    bans.flatMap((ban) => [ban.userId, ban.bannedBy]),
  )
  const byId = new Map(people.map((person) => [person._id.toString(), presentUser(person)]))
  return bans.flatMap((ban) => {
    const user = byId.get(ban.userId.toString())
    const bannedBy = byId.get(ban.bannedBy.toString()) ?? null
    return user ? [{ user, bannedBy, createdAt: ban.createdAt.toISOString() }] : []
  })
}
