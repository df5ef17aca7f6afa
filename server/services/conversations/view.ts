import type { Conversation } from '#shared/schemas/conversation'
import { presentConversation } from '../../presenters/conversation'
import { findConversations, type ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'
import { countOwnAfter, findMessagesById } from '../../repositories/messages'
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
  const withUnread = conversations.filter((one) => one.seq > byConversation.get(one._id.toString())!.readSeq)
  const [lastMessages, peers, own] = await Promise.all([
    findMessagesById(conversations.flatMap((one) => one.lastMessageId ?? [])),
    findUsers(conversations.flatMap((one) => peerIdOf(one, userId) ?? [])),
    countOwnAfter(
      userId,
      withUnread.map((one) => ({ conversationId: one._id, seq: byConversation.get(one._id.toString())!.readSeq })),
    ),
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

function peerIdOf(conversation: ConversationRecord, userId: string): string | undefined {
  return conversation.directKey?.split(':').find((id) => id !== userId)
}
