import { AppError } from '#shared/errors'
import type { Conversation } from '#shared/schemas/conversation'
import type { JoinRequest } from '#shared/schemas/group'
import { presentUser } from '../../presenters/user'
import { findBans } from '../../repositories/bans'
import { findConversation } from '../../repositories/conversations'
import { findInvite, findUsableInvite, giveUseBack, takeUse } from '../../repositories/invites'
import { findJoinRequests, hasJoinRequest, insertJoinRequest, takeJoinRequest } from '../../repositories/joinRequests'
import { findMembership } from '../../repositories/memberships'
import { getConversation } from '../conversations/get'
import { inLine, inOrder } from '../conversations/inOrder'
import { authorizeIn } from '../conversations/rights'
import { admit } from './addMembers'
import { canStillInvite } from './invites'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { findPeopleFor } from '../people/seen'

/**
 * Accepts an invite. The caller joins the group or, where moderators approve, asks to join. For a member nothing
 * changes.
 * @throws AppError NOT_FOUND for a link that does not work; FORBIDDEN for a banned person; CONFLICT for a full group
 */
export async function acceptInvite(
  userId: string,
  token: string,
): Promise<{ conversation: Conversation } | { pending: true }> {
  const invite = await findInvite(token)
  if (!invite) throw new AppError('NOT_FOUND')
  const id = invite.conversationId.toString()
  await requireWayIn(id, token, userId)
  return inLine(id, userId, async () => {
    // This also holds when the link is used up by now: the answer to the first call may have been lost.
    if (await findMembership(id, userId)) return { conversation: await getConversation(userId, id) }
    await requireNotBanned(id, userId)
    if (await hasJoinRequest(id, userId)) return { pending: true }
    const conversation = await findConversation(id)
    const leadsIn = conversation && (await canStillInvite(conversation, invite.createdBy))
    const taken = leadsIn && (await takeUse(token, new Date()))
    if (!conversation || !taken) throw new AppError('NOT_FOUND')
    if (conversation.settings.joinApproval) {
      await insertJoinRequest(id, userId)
      return { pending: true }
    }
    try {
      await admit(conversation, [userId])
    } catch (error) {
      await giveUseBack(taken._id)
      throw error
    }
    await recordChange(id, userId, 'member.joined')
    await postSystemMessage(id, userId, { action: 'joined', targetIds: [] })
    return { conversation: await getConversation(userId, id) }
  })
}

/**
 * Refuses people whom the link does not let in, before members would queue behind them.
 * @throws AppError NOT_FOUND, FORBIDDEN
 */
async function requireWayIn(id: string, token: string, userId: string): Promise<void> {
  if (await findMembership(id, userId)) return
  await requireNotBanned(id, userId)
  if ((await hasJoinRequest(id, userId)) || (await findUsableInvite(token, new Date()))) return
  throw new AppError('NOT_FOUND')
}

async function requireNotBanned(id: string, userId: string): Promise<void> {
  if ((await findBans(id, [userId])).length === 0) return
  throw new AppError('FORBIDDEN', { message: 'You are banned from this group.' })
}

/** The requests to join a group, oldest first. @throws AppError NOT_FOUND, FORBIDDEN */
export async function listJoinRequests(userId: string, id: string): Promise<JoinRequest[]> {
  await requireApprover(userId, id)
  const requests = await findJoinRequests(id)
  const people = await findPeopleFor(
    userId,
    requests.map((request) => request.userId),
  )
  const byId = new Map(people.map((person) => [person._id.toString(), presentUser(person)]))
  return requests.flatMap((request) => {
    const user = byId.get(request.userId.toString())
    return user ? [{ user, createdAt: request.createdAt.toISOString() }] : []
  })
}

/**
 * Approves a request to join.
 * @throws AppError NOT_FOUND when this person has no open request; FORBIDDEN; CONFLICT for a full group
 */
export function approveJoinRequest(userId: string, id: string, targetId: string): Promise<void> {
  return inOrder(id, userId, async () => {
    const conversation = await requireApprover(userId, id)
    if (!(await hasJoinRequest(id, targetId))) throw new AppError('NOT_FOUND')
    const added = await admit(conversation, [targetId])
    await takeJoinRequest(id, targetId)
    if (added.length === 0) return
    await recordChange(id, userId, 'request.approved', targetId)
    await postSystemMessage(id, targetId, { action: 'joined', targetIds: [] })
  })
}

/** Refuses a request to join. @throws AppError NOT_FOUND, FORBIDDEN */
export function refuseJoinRequest(userId: string, id: string, targetId: string): Promise<void> {
  return inOrder(id, userId, async () => {
    await requireApprover(userId, id)
    if (!(await takeJoinRequest(id, targetId))) throw new AppError('NOT_FOUND')
    await recordChange(id, userId, 'request.refused', targetId)
  })
}

async function requireApprover(userId: string, id: string) {
  const { conversation } = await authorizeIn(id, userId, 'approveJoin')
  return conversation
}
