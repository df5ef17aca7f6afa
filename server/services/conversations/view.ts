import type { Conversation } from '#shared/schemas/conversation'
import { presentConversation, readFrom } from '../../presenters/conversation'
import { findConversations, type ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'
import { countOwnAfter, findMessagesById } from '../../repositories/messages'
import { findUsers } from '../../repositories/users'

/**
 * Conversations as one member sees them, newest activity first.
 * However many they are, it takes three queries, and one count for each that has something unread.
 */
export async function viewConversations(
  userId: string,
  memberships: readonly MembershipRecord[],
): Promise<Conversation[]> {
  const membershipOf = new Map(memberships.map((membership) => [membership.conversationId.toString(), membership]))
  const conversations = await findConversations(memberships.map((membership) => membership.conversationId))
  const [lastMessages, peers, ownUnread] = await Promise.all([
    findMessagesById(conversations.flatMap((one) => one.lastMessageId ?? [])),
    findUsers(conversations.flatMap((one) => peerIdOf(one, userId) ?? [])),
    countOwnUnread(userId, conversations, membershipOf),
  ])
  const lastById = new Map(lastMessages.map((message) => [message._id.toString(), message]))
  const peerById = new Map(peers.map((peer) => [peer._id.toString(), peer]))
  return conversations
    .sort((a, b) => b.activeAt.getTime() - a.activeAt.getTime())
    .map((conversation) => {
      const id = conversation._id.toString()
      return presentConversation({
        conversation,
        membership: membershipOf.get(id)!,
        lastMessage: lastById.get(conversation.lastMessageId?.toString() ?? ''),
        peer: peerById.get(peerIdOf(conversation, userId) ?? ''),
        ownUnread: ownUnread.get(id) ?? 0,
      })
    })
}

/** The viewer's own messages among those after what he has read; asked only where there are any such. */
async function countOwnUnread(
  userId: string,
  conversations: ConversationRecord[],
  membershipOf: Map<string, MembershipRecord>,
): Promise<Map<string, number>> {
  const places = conversations
    .map((one) => ({ id: one._id.toString(), end: one.seq, seq: readFrom(one, membershipOf.get(one._id.toString())!) }))
    .filter((place) => place.end > place.seq)
  const counts = await countOwnAfter(places.map(({ id, seq }) => ({ conversationId: id, senderId: userId, seq })))
  return new Map(places.map(({ id }, index) => [id, counts[index]!]))
}

/**
 * One group as each of these members sees it, by user id. It takes one query, and one count for each member that has
 * something unread.
 */
export async function viewForMembers(
  conversation: ConversationRecord,
  memberships: readonly MembershipRecord[],
): Promise<Map<string, Conversation>> {
  const { _id: conversationId, seq: end, lastMessageId } = conversation
  const places = memberships
    .map((membership) => ({ conversationId, senderId: membership.userId, seq: readFrom(conversation, membership) }))
    .filter(({ seq }) => end > seq)
  const [lastMessages, counts] = await Promise.all([
    findMessagesById(lastMessageId ? [lastMessageId] : []),
    countOwnAfter(places),
  ])
  const own = new Map(places.map(({ senderId }, index) => [senderId.toString(), counts[index]!]))
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
