import { canChangeRole, canOverride, overridesHold } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError, invalidField } from '#shared/errors'
import type { Member } from '#shared/schemas/conversation'
import type { ChangeMemberInput } from '#shared/schemas/group'
import { changeMembership, findMembership } from '../../repositories/memberships'
import { inOrder } from '../conversations/inOrder'
import { requireConversation } from '../conversations/membership'
import { authorize, forbidden } from '../conversations/rights'
import { endInvites } from './invites'
import { recordChange } from '../audit/record'
import { announceMember } from './announce'

/**
 * Changes a member's role, or the single rights that are given to or taken from them. What is not named stays.
 * @throws AppError NOT_FOUND; FORBIDDEN; CONFLICT when their role changed at the same time; INVALID for an end in the
 *   past
 */
export function changeMember(userId: string, id: string, targetId: string, input: ChangeMemberInput): Promise<Member> {
  return inOrder(id, userId, async () => {
    const { conversation, membership } = await requireConversation(id, userId)
    const target = await findMembership(id, targetId)
    if (!target) throw new AppError('NOT_FOUND')
    if (targetId === userId) throw forbidden('self')
    const now = Date.now()
    const actor = standingOf(membership)
    const standing = standingOf(target)
    const current = overridesHold(standing, now) ? standing : { allow: [], deny: [], until: null }
    const changesRights = input.allow !== undefined || input.deny !== undefined || input.until !== undefined
    const until = input.until === undefined ? current.until : input.until === null ? null : Date.parse(input.until)
    const next = { allow: [...(input.allow ?? current.allow)], deny: [...(input.deny ?? current.deny)], until }
    if (until !== null && until <= now) {
      throw invalidField('until', 'past', 'This time is in the past.')
    }
    if (input.role !== undefined || !changesRights) {
      authorize(canChangeRole(conversation, actor, standing, input.role ?? target.role, now))
    }
    if (changesRights) authorize(canOverride(conversation, actor, standing, next, now))
    const changed = await changeMembership(id, targetId, target.role, {
      ...(input.role !== undefined && { role: input.role }),
      ...(changesRights && { allow: next.allow, deny: next.deny, until: until === null ? null : new Date(until) }),
    })
    if (!changed) throw new AppError('CONFLICT', { message: 'This member was changed at the same time. Try again.' })
    await endInvites(id)
    if (input.role !== undefined && input.role !== target.role) {
      await recordChange(id, userId, 'member.role', targetId, { role: input.role, before: target.role })
    }
    if (changesRights) {
      const end = until === null ? null : new Date(until).toISOString()
      await recordChange(id, userId, 'member.rights', targetId, { allow: next.allow, deny: next.deny, until: end })
    }
    return announceMember(id, changed)
  })
}
