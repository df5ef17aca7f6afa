import { logger } from '../../observability/logger'
import { publishLeft, publishToUsers } from '../../realtime/publish'
import { deleteAudit } from '../../repositories/audit'
import { deleteBans } from '../../repositories/bans'
import { deleteConversation } from '../../repositories/conversations'
import { deleteDrafts } from '../../repositories/drafts'
import { findDeletedGroups, forgetDeletedGroup, noteDeletedGroup } from '../../repositories/deletedGroups'
import { deleteInvites } from '../../repositories/invites'
import { deleteJoinRequests } from '../../repositories/joinRequests'
import { deleteMemberships, findMembers } from '../../repositories/memberships'
import { deleteMessages } from '../../repositories/messages'
import { deleteRestrictions } from '../../repositories/restrictions'
import { deleteSegments } from '../../repositories/searchSegments'
import { inOrder } from '../conversations/inOrder'
import { authorizeIn } from '../conversations/rights'
import { removeFilesOfConversation } from '../files/remove'

/**
 * Deletes a group with its messages and files, for everyone. Resolves when nobody reaches the group any more; messages
 * and files are removed after that.
 * @throws AppError NOT_FOUND, FORBIDDEN
 */
export function deleteGroup(userId: string, id: string): Promise<void> {
  return inOrder(id, userId, async () => {
    await authorizeIn(id, userId, 'deleteGroup')
    await removeGroup(id)
  })
}

/** The same without asking who wants it. Called within `inOrder`. */
export async function removeGroup(id: string): Promise<void> {
  const userIds = (await findMembers(id)).map((member) => member.userId.toString())
  // From here on the deletion is certain: if this process dies, the next start finishes it.
  await noteDeletedGroup(id)
  // Memberships go first: without them nobody reaches the rest, even if a line below fails.
  await deleteMemberships(id)
  await publishLeft(id, userIds)
  publishToUsers(userIds, 'conversation.removed', { conversationId: id, reason: 'deleted' })
  await removeRecords(id)
  // Deleting a long history takes a while, and the caller does not wait for it.
  void finishDeletion(id)
}

async function removeRecords(id: string): Promise<void> {
  await Promise.all([
    deleteInvites(id),
    deleteBans(id),
    deleteJoinRequests(id),
    deleteAudit(id),
    deleteRestrictions(id),
    deleteDrafts(id),
    deleteConversation(id),
  ])
}

/** Finishes deletions that were cut off when a process ended. It may run again, or on two tasks at once. */
export async function resumeDeletions(): Promise<void> {
  for (const id of await findDeletedGroups()) await finishDeletion(id)
}

/** Removes what is left of a deleted group. It may run any number of times; if it fails, the next start tries again. */
async function finishDeletion(id: string): Promise<void> {
  try {
    await deleteMemberships(id)
    await removeRecords(id)
    await Promise.all([deleteMessages(id), deleteSegments(id), removeFilesOfConversation(id)])
    await forgetDeletedGroup(id)
    logger.info({ conversationId: id }, 'group deleted')
  } catch (error) {
    logger.error({ err: error, conversationId: id }, 'messages or files stay behind')
  }
}
