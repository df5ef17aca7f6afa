import type { UnreadAnswer } from '#shared/domain/messages'
import type { Conversation } from '#shared/schemas/conversation'
import { presentConversation, readFrom } from '../../presenters/conversation'
import { findConversations, type ConversationRecord } from '../../repositories/conversations'
import { findDrafts } from '../../repositories/drafts'
import type { Id } from '../../repositories/id'
import type { MembershipRecord } from '../../repositories/memberships'
import { findMessagesBetween, findMessagesById, type MessageRecord } from '../../repositories/messages'
import { readUnread, type UnreadRange } from '../../repositories/unread'
import { findPeopleFor } from '../people/seen'

/** The most messages among which one that is not deleted is looked for. */
const MAX_DELETED_PASSED = 50

/** Conversations as one member sees them. It takes five queries, however many there are, and one more if there are drafts. */
export async function viewConversations(
  userId: string,
  memberships: readonly MembershipRecord[],
): Promise<Conversation[]> {
  return (await viewWithActivity(userId, memberships)).map(({ view }) => view)
}

/** The same, each with the time of its newest activity, in milliseconds. */
export async function viewWithActivity(
  userId: string,
  memberships: readonly MembershipRecord[],
): Promise<{ view: Conversation; activeAt: number }[]> {
  const membershipOf = new Map(memberships.map((membership) => [membership.conversationId.toString(), membership]))
  const conversations = await findConversations(memberships.map((membership) => membership.conversationId))
  const [lastMessages, peers, unread, drafts] = await Promise.all([
    findLastMessages(conversations),
    findPeopleFor(
      userId,
      conversations.flatMap((one) => peerIdOf(one, userId) ?? []),
    ),
    unreadOf(conversations.map((one) => rangeOf(one, membershipOf.get(one._id.toString())!))),
    findDrafts(
      userId,
      conversations.map(({ _id }) => _id),
    ),
  ])
  const draftOf = new Map(drafts.map((draft) => [draft.conversationId.toString(), draft]))
  const peerById = new Map(peers.map((peer) => [peer._id.toString(), peer]))
  return conversations.map((conversation) => {
    const id = conversation._id.toString()
    const view = presentConversation({
      conversation,
      membership: membershipOf.get(id)!,
      lastMessage: lastMessages.get(id),
      peer: peerById.get(peerIdOf(conversation, userId) ?? ''),
      unread: unread.get(rangeKey(conversation._id, userId)) ?? NOTHING_UNREAD,
      draft: draftOf.get(id) ?? null,
    })
    return { view, activeAt: conversation.activeAt.getTime() }
  })
}

/** One group as each of these members sees it, by user id. It takes two queries, however many members there are. */
export async function viewForMembers(
  conversation: ConversationRecord,
  memberships: readonly MembershipRecord[],
): Promise<Map<string, Conversation>> {
  const [lastMessages, unread] = await Promise.all([
    findLastMessages([conversation]),
    unreadOf(memberships.map((membership) => rangeOf(conversation, membership))),
  ])
  const views = memberships.map((membership) => {
    const id = membership.userId.toString()
    const parts = {
      conversation,
      membership,
      lastMessage: lastMessages.get(conversation._id.toString()),
      peer: undefined,
      unread: unread.get(rangeKey(conversation._id, id)) ?? NOTHING_UNREAD,
    }
    return [id, presentConversation(parts)] as const
  })
  return new Map(views)
}

/**
 * The message that lists show of each conversation, by its id: the newest that is not deleted. If the last ones are all
 * deleted, it is the newest.
 */
async function findLastMessages(conversations: readonly ConversationRecord[]): Promise<Map<string, MessageRecord>> {
  const newest = await findMessagesById(conversations.flatMap((one) => one.lastMessageId ?? []))
  const shown = await Promise.all(newest.map((message) => (message.deletedAt ? findBefore(message) : message)))
  return new Map(shown.map((message) => [message.conversationId.toString(), message]))
}

async function findBefore(deleted: MessageRecord): Promise<MessageRecord> {
  const bounds = { above: 0, below: deleted.seq }
  const before = await findMessagesBetween(deleted.conversationId, bounds, 'end', MAX_DELETED_PASSED)
  return before.find(({ deletedAt }) => !deletedAt) ?? deleted
}

function rangeOf(conversation: ConversationRecord, membership: MembershipRecord): UnreadRange {
  const { _id: conversationId, kind, seq: end, rev } = conversation
  const after = readFrom(conversation, membership)
  return { conversationId, readerId: membership.userId, after, end, rev, isGroup: kind === 'group' }
}

const NOTHING_UNREAD: UnreadAnswer = { uncounted: 0, mentions: 0, mentionSeqs: [] }

/** What is unread, by `rangeKey`. Only ranges with new messages are asked for. */
async function unreadOf(ranges: readonly UnreadRange[]): Promise<Map<string, UnreadAnswer>> {
  const open = ranges.filter(({ after, end }) => end > after)
  const answers = await readUnread(open)
  return new Map(
    open.map(({ conversationId, readerId }, index) => [rangeKey(conversationId, readerId), answers[index]!]),
  )
}

function rangeKey(conversationId: Id, readerId: Id): string {
  return `${conversationId.toString()} ${readerId.toString()}`
}

/** The other person of a direct conversation. In a conversation with yourself, it is you. */
export function peerIdOf(conversation: ConversationRecord, userId: string): string | undefined {
  const [one, other] = conversation.directKey?.split(':') ?? []
  // In a conversation with yourself, both ids are the same.
  return one === userId ? other : one
}
