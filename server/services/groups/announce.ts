import type { Member } from '#shared/schemas/conversation'
import { publishJoined, publishLeft, publishToConversation, publishToUsers } from '../../realtime/publish'
import { changeConversation, findConversation } from '../../repositories/conversations'
import type { Id } from '../../repositories/id'
import { countMembers, findMembers, type MembershipRecord } from '../../repositories/memberships'
import { presentMembers } from '../conversations/members'
import { viewForMembers } from '../conversations/view'

/**
 * Announces new members. They get the conversation and, from then on, its events; the others get the new members.
 * Called within `inOrder`, after the memberships are written.
 */
export async function announceJoined(conversationId: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  const joined = await findMembers(conversationId, userIds)
  const conversation = await changeConversation(conversationId, { memberCount: await countMembers(conversationId) })
  if (!conversation) return
  const members = await presentMembers(null, joined)
  // The others come first: new members must not get an event about a conversation that they do not have yet.
  for (const member of members) publishToConversation(conversationId, 'member.joined', { conversationId, member })
  await publishJoined(conversationId, userIds)
  for (const [userId, view] of await viewForMembers(conversation, joined)) {
    publishToUsers([userId], 'conversation.created', { conversation: view })
  }
}

/**
 * Announces that a member is gone. After `publishLeft` they get no more events of the conversation, on any task.
 * Called within `inOrder`, after the membership is deleted.
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
  for (const member of await presentMembers(null, [membership])) {
    publishToConversation(conversationId, 'member.left', { conversationId, member })
  }
}

/** Announces to the group that a member's role or rights changed, and sends the member their new rights. */
export async function announceMember(conversationId: string, membership: MembershipRecord): Promise<Member> {
  const [member] = await presentMembers(null, [membership])
  publishToConversation(conversationId, 'member.updated', { conversationId, member: member! })
  await announceConversation(conversationId, [membership])
  return member!
}

/** Sends members the conversation as each of them sees it now. @param some who gets it; without it, every member */
export async function announceConversation(conversationId: Id, some?: readonly MembershipRecord[]): Promise<void> {
  const conversation = await findConversation(conversationId)
  if (!conversation) return
  const memberships = some ?? (await findMembers(conversationId))
  for (const [userId, view] of await viewForMembers(conversation, memberships)) {
    publishToUsers([userId], 'conversation.updated', { conversation: view })
  }
}
