import { may } from '#shared/domain/permissions'
import { logger } from '../../observability/logger'
import { publishLeft, publishToUsers } from '../../realtime/publish'
import { deleteAudit } from '../../repositories/audit'
import { deleteBans } from '../../repositories/bans'
import { deleteConversation } from '../../repositories/conversations'
import { deleteInvites } from '../../repositories/invites'
import { deleteJoinRequests } from '../../repositories/joinRequests'
import { deleteMemberships, findMembers } from '../../repositories/memberships'
import { deleteMessages } from '../../repositories/messages'
import { deleteRestraints } from '../../repositories/restraints'
import { inOrder } from '../conversations/inOrder'
import { requireConversation } from '../conversations/membership'
import { demand, standingOf } from '../conversations/rights'
import { removeFilesOfConversation } from '../files/remove'

/** Deletes a group and all that was said in it, for everyone. @throws AppError NOT_FOUND, FORBIDDEN */
export function deleteGroup(userId: string, id: string): Promise<void> {
  return inOrder(id, userId, async () => {
    const { conversation, membership } = await requireConversation(id, userId)
    demand(may(conversation, standingOf(membership), 'deleteGroup', Date.now()))
    const userIds = (await findMembers(id)).map((member) => member.userId.toString())
    // Memberships first: without them nobody reaches the rest, whatever happens to the lines below.
    await deleteMemberships(id)
    await publishLeft(id, userIds)
    publishToUsers(userIds, 'conversation.removed', { conversationId: id, reason: 'deleted' })
    await Promise.all([deleteInvites(id), deleteBans(id), deleteJoinRequests(id), deleteAudit(id), deleteRestraints(id), deleteConversation(id)])
    // A long history takes a while, and nobody has to wait for it.
    Promise.all([deleteMessages(id), removeFilesOfConversation(id)]).catch((error: unknown) => {
      logger.error({ err: error, conversationId: id }, 'messages or files stay behind')
    })
  })
}
