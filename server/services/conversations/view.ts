import type { Conversation } from '#shared/schemas/conversation'
import { presentConversation, readFrom } from '../../presenters/conversation'
import { findConversations, type ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'
import { countOwnAfter, countOwnOfMembers, findMessagesById } from '../../repositories/messages'
import { findUsers } from '../../repositories/users'

/**
 * Conversations as one member sees them, newest activity first.
 * However many they are, it takes four queries.
 */
export async function viewConversations(
  userId: string,
  memberships: readonly MembershipRecord[],
): Promise<Conversation[]> {
  const byConversation = new Map(memberships.map((membership) => [membership.conversationId.toString(), membership]))
  const conversations = await findConversations(memberships.map((membership) => membership.conversationId))
  const places = conversations
    .map((one) => ({ conversationId: one._id, seq: readFrom(one, byConversation.get(one._id.toString())!), end: one.seq }))
    .filter(({ seq, end }) => end > seq)
  const [lastMessages, peers, own] = await Promise.all([
    findMessagesById(conversations.flatMap((one) => one.lastMessageId ?? [])),
    findUsers(conversations.flatMap((one) => peerIdOf(one, userId) ?? [])),
    countOwnAfter(userId, places),
  ])
  const lastById = new Map(lastMessages.map((message) => [message._id.toString(), message]))
  const peerById = new Map(peers.map((peer) => [peer._id.toString(), peer]))
  return conversations
    .sort((a, b) => b.activeAt.getTime() - a.activeAt.getTime())
    .map((conversation) => {
      const id = conversation._id.toString()
      return presentConversation({
        conversation,
        membership: byConversation.get(id)!,
        lastMessage: lastById.get(conversation.lastMessageId?.toString() ?? ''),
        peer: peerById.get(peerIdOf(conversation, userId) ?? ''),
        ownUnread: own.get(id) ?? 0,
      })
    })
}

/** One group as each of these members sees it, by user id. However many they are, it takes two queries. */
export async function viewForMembers(
  conversation: ConversationRecord,
  memberships: readonly MembershipRecord[],
): Promise<Map<string, Conversation>> {
  const places = memberships
    .map((membership) => ({ userId: membership.userId, seq: readFrom(conversation, membership) }))
    .filter(({ seq }) => conversation.seq > seq)
  const [lastMessages, own] = await Promise.all([
    findMessagesById(conversation.lastMessageId ? [conversation.lastMessageId] : []),
    countOwnOfMembers(conversation._id, places),
  ])
  const views = memberships.map((membership) => {
    const id = membership.userId.toString()
    const parts = { conversation, membership, lastMessage: lastMessages[0], peer: undefined, ownUnread: own.get(id) ?? 0 }
    return [id, presentConversation(parts)] as const
  })
  return new Map(views)
}

function peerIdOf(conversation: ConversationRecord, userId: string): string | undefined {
  return conversation.directKey?.split(':').find((id) => id !== userId)
}
