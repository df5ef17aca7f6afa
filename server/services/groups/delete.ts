import { logger } from '../../observability/logger'
import { publishLeft, publishToUsers } from '../../realtime/publish'
import { deleteAudit } from '../../repositories/audit'
import { deleteBans } from '../../repositories/bans'
import { deleteConversation } from '../../repositories/conversations'
import { findDeletedGroups, forgetDeletedGroup, noteDeletedGroup } from '../../repositories/deletedGroups'
import { deleteInvites } from '../../repositories/invites'
import { deleteJoinRequests } from '../../repositories/joinRequests'
import { deleteMemberships, findMembers } from '../../repositories/memberships'
import { deleteMessages } from '../../repositories/messages'
import { deleteRestrictions } from '../../repositories/restrictions'
import { inOrder } from '../conversations/inOrder'
import { authorizeIn } from '../conversations/rights'
import { removeFilesOfConversation } from '../files/remove'

/** Deletes a group and all that was said in it, for everyone. @throws AppError NOT_FOUND, FORBIDDEN */
export function deleteGroup(userId: string, id: string): Promise<void> {
  return inOrder(id, userId, async () => {
    await authorizeIn(id, userId, 'deleteGroup')
    const userIds = (await findMembers(id)).map((member) => member.userId.toString())
    // From here on the group goes, also when this process ends before it has gone.
    await noteDeletedGroup(id)
    // Memberships first: without them nobody reaches the rest, whatever happens to the lines below.
    await deleteMemberships(id)
    await publishLeft(id, userIds)
    publishToUsers(userIds, 'conversation.removed', { conversationId: id, reason: 'deleted' })
    await removeRecords(id)
    // A long history takes a while, and nobody has to wait for it.
    void finish(id)
  })
}

async function removeRecords(id: string): Promise<void> {
  await Promise.all([deleteInvites(id), deleteBans(id), deleteJoinRequests(id), deleteAudit(id), deleteRestrictions(id), deleteConversation(id)])
}

/** Takes up the deletions that were cut off when a process ended. Again, or on two tasks at once, does no harm. */
export async function resumeDeletions(): Promise<void> {
  for (const id of await findDeletedGroups()) await finish(id)
}

/** Removes what is left of a group, in any order and as often as it takes. What fails now is tried again at the next start. */
async function finish(id: string): Promise<void> {
  try {
    await deleteMemberships(id)
    await removeRecords(id)
    await Promise.all([deleteMessages(id), removeFilesOfConversation(id)])
    await forgetDeletedGroup(id)
    logger.info({ conversationId: id }, 'group deleted')
  } catch (error) {
    logger.error({ err: error, conversationId: id }, 'messages or files stay behind')
  }
}
