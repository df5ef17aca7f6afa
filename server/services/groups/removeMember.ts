import { canActOn, canLeave } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import { deleteDraft } from '../../repositories/drafts'
import { deleteMembership, findMembership } from '../../repositories/memberships'
import { inOrder } from '../conversations/inOrder'
import { requireConversation } from '../conversations/membership'
import { authorize } from '../conversations/rights'
import { endInvites } from './invites'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { keepRestriction } from './restrictions'
import { announceLeft } from './announce'

/**
 * Removes a member. When the member is the caller, they leave.
 * @throws AppError NOT_FOUND; FORBIDDEN, also for an owner who leaves; CONFLICT when their role changed at the same
 *   time
 */
export function removeMember(userId: string, id: string, targetId: string): Promise<void> {
  return inOrder(id, userId, async () => {
    const { conversation, membership } = await requireConversation(id, userId)
    const isLeaving = targetId === userId
    const target = isLeaving ? membership : await findMembership(id, targetId)
    if (isLeaving) authorize(canLeave(conversation, standingOf(membership)))
    else
      authorize(
        canActOn(conversation, standingOf(membership), 'remove', target ? standingOf(target) : undefined, Date.now()),
      )
    if (!target) throw new AppError('NOT_FOUND')
    const removed = await deleteMembership(id, targetId, target.role)
    if (!removed) throw new AppError('CONFLICT', { message: 'This member was changed at the same time. Try again.' })
    await keepRestriction(removed)
    await deleteDraft(targetId, id)
    await announceLeft(id, removed, isLeaving ? 'left' : 'removed')
    await endInvites(id)
    await recordChange(id, userId, isLeaving ? 'member.left' : 'member.removed', targetId)
    await postSystemMessage(id, userId, {
      action: isLeaving ? 'left' : 'removed',
      targetIds: isLeaving ? [] : [targetId],
    })
  })
}
