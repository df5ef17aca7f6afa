import type { Member } from '#shared/schemas/conversation'
import { publishJoined, publishLeft, publishToConversation, publishToUsers } from '../../realtime/publish'
import { changeConversation, findConversation } from '../../repositories/conversations'
import type { Id } from '../../repositories/id'
import { countMembers, findMembers, type MembershipRecord } from '../../repositories/memberships'
import { presentMembers } from '../conversations/members'
import { viewForMembers } from '../conversations/view'

/**
 * Tells that people came in: they get the conversation and from then on its events, the others the new members.
 * Called within `inOrder`, after their memberships are written.
 */
export async function announceJoined(conversationId: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  const joined = await findMembers(conversationId, userIds)
  const conversation = await changeConversation(conversationId, { memberCount: await countMembers(conversationId) })
  if (!conversation) return
  const members = await presentMembers(joined)
  // First the others, so that nobody is told of himself before he has the conversation.
  for (const member of members) publishToConversation(conversationId, 'member.joined', { conversationId, member })
  await publishJoined(conversationId, userIds)
  for (const [userId, view] of await viewForMembers(conversation, joined)) {
    publishToUsers([userId], 'conversation.created', { conversation: view })
  }
}

/**
 * Tells that a member is gone. After the first line nothing of the conversation reaches him any more, on any task.
 * Called within `inOrder`, after his membership is deleted.
 */
export async function announceLeft(
  conversationId: string,
  membership: MembershipRecord,
  reason: 'left' | 'removed' | 'banned',
): Promise<void> {
  const userId = membership.userId.toString()
  await publishLeft(conversationId, [userId])
  publishToUsers([userId], 'conversation.removed', { conversationId, reason })
  await changeConversation(conversationId, { memberCount: await countMembers(conversationId) })
  for (const member of await presentMembers([membership])) {
    publishToConversation(conversationId, 'member.left', { conversationId, member })
  }
}

/** Tells the group that a member's role or rights changed, and himself what he may do now. */
export async function announceMember(conversationId: string, membership: MembershipRecord): Promise<Member> {
  const [member] = await presentMembers([membership])
  publishToConversation(conversationId, 'member.updated', { conversationId, member: member! })
  await announceConversation(conversationId, [membership])
  return member!
}

/** Tells members what the conversation is to them now: those named, or all. */
export async function announceConversation(conversationId: Id, some?: readonly MembershipRecord[]): Promise<void> {
  const conversation = await findConversation(conversationId)
  if (!conversation) return
  const memberships = some ?? (await findMembers(conversationId))
  for (const [userId, view] of await viewForMembers(conversation, memberships)) {
    publishToUsers([userId], 'conversation.updated', { conversation: view })
  }
}
