import { canHandOver } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import type { Conversation } from '#shared/schemas/conversation'
import { changeOwner, type ConversationRecord } from '../../repositories/conversations'
import { changeMembership, findMembership } from '../../repositories/memberships'
import { getConversation } from '../conversations/get'
import { inOrder } from '../conversations/inOrder'
import { requireConversation } from '../conversations/membership'
import { authorize } from '../conversations/rights'
import { endInvites } from './invites'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { announceConversation, announceMember } from './announce'

/**
 * Makes another member the owner of a group. The caller becomes an admin.
 * @throws AppError NOT_FOUND, also when `nextId` is no member; FORBIDDEN; CONFLICT when the owner changed at the same
 *   time
 */
export function handOver(userId: string, id: string, nextId: string): Promise<Conversation> {
  return inOrder(id, userId, async () => {
    const { conversation, membership } = await requireConversation(id, userId)
    authorize(canHandOver(conversation, standingOf(membership), nextId === userId))
    await giveToOwner(userId, conversation, nextId)
    return getConversation(userId, id)
  })
}

/**
 * Makes a member the owner of a group, and its owner, if they are still there, an admin. Called within `inOrder`.
 * @param actorId who does it
 * @throws AppError NOT_FOUND when `nextId` is no member; CONFLICT when the owner changed at the same time
 */
export async function giveToOwner(actorId: string, group: ConversationRecord, nextId: string): Promise<void> {
  const id = group._id.toString()
  const next = await findMembership(id, nextId)
  if (!next) throw new AppError('NOT_FOUND')
  // Of two changes of owner at once, this conditional write lets one win. The roles follow it.
  if (!(await changeOwner(id, group.ownerId, nextId))) {
    throw new AppError('CONFLICT', { message: 'The owner changed at the same time. Try again.' })
  }
  const raised = await changeMembership(id, nextId, next.role, { role: 'owner', allow: [], deny: [], until: null })
  const lowered = group.ownerId && (await changeMembership(id, group.ownerId, 'owner', { role: 'admin' }))
  await endInvites(id)
  await recordChange(id, actorId, 'owner.changed', nextId)
  await announceConversation(id)
  for (const changed of [raised, lowered]) if (changed) await announceMember(id, changed)
  await postSystemMessage(id, actorId, { action: 'ownerChanged', targetIds: [nextId] })
}
