import type { Conversation, MyMembership } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'

/** A conversation after a message in it was received. The same object comes back if that changes nothing. */
export function withMessage(conversation: Conversation, message: Message): Conversation {
  const isNew = message.seq > conversation.lastSeq
  const isShown = message.id === conversation.lastMessage?.id && message.rev > conversation.lastMessage.rev
  if (!isNew && !isShown && message.rev <= conversation.rev) return conversation
  return {
    ...conversation,
    lastSeq: Math.max(conversation.lastSeq, message.seq),
    rev: Math.max(conversation.rev, message.rev),
    lastMessage: isNew || isShown ? message : conversation.lastMessage,
  }
}

/** A conversation after the reader has read it up to `seq`. The same object comes back if they had read further. */
export function withRead(conversation: Conversation, seq: number): Conversation {
  if (seq <= conversation.me.lastReadSeq) return conversation
  return { ...conversation, me: { ...conversation.me, lastReadSeq: seq } }
}

/** A conversation with this many unread messages and mentions. The same object comes back if it has the same. */
export function withUnread(
  conversation: Conversation,
  unread: number,
  { mentions, mentionSeqs }: Pick<MyMembership, 'mentions' | 'mentionSeqs'>,
): Conversation {
  const { me } = conversation
  const isSame =
    unread === me.unread && mentions === me.mentions && mentionSeqs.join() === (me.mentionSeqs ?? []).join()
  return isSame ? conversation : { ...conversation, me: { ...me, unread, mentions, mentionSeqs } }
}

/**
 * Joins the server's conversation with the known one. Positions never go back, because answers and events overtake one
 * another, and because reading is shown before the server knows of it.
 */
export function merged(known: Conversation | undefined, incoming: Conversation): Conversation {
  if (!known) return incoming
  return {
    ...incoming,
    rev: Math.max(known.rev, incoming.rev),
    lastSeq: Math.max(known.lastSeq, incoming.lastSeq),
    lastMessage: lastMessageOf(known, incoming),
    me: {
      ...incoming.me,
      lastReadSeq: Math.max(known.me.lastReadSeq, incoming.me.lastReadSeq),
      clearedSeq: Math.max(known.me.clearedSeq, incoming.me.clearedSeq),
    },
  }
}

/** The incoming one counts, unless it is older than the known one. It is null where I cannot see the newest. */
function lastMessageOf({ lastMessage }: Conversation, incoming: Conversation): Message | null {
  if (!lastMessage) return incoming.lastMessage
  if (lastMessage.seq !== incoming.lastMessage?.seq)
    return lastMessage.seq > incoming.lastSeq ? lastMessage : incoming.lastMessage
  return lastMessage.rev > incoming.lastMessage.rev ? lastMessage : incoming.lastMessage
}

/** Whether its member may see other messages of it than before. */
export function hasOtherHistory(before: Conversation, now: Conversation): boolean {
  return before.settings.history !== now.settings.history || before.me.clearedSeq !== now.me.clearedSeq
}

/** The order of the list: pinned ones as they were ordered, then the newest activity. */
export function byListOrder(one: Conversation, other: Conversation): number {
  const pinned = Number(other.me.pinned) - Number(one.me.pinned)
  const order = one.me.pinned && other.me.pinned ? one.me.pinOrder - other.me.pinOrder : 0
  return pinned || order || byActivity(one, other)
}

function byActivity(one: Conversation, other: Conversation): number {
  return activityOf(other).localeCompare(activityOf(one)) || one.id.localeCompare(other.id)
}

function activityOf(conversation: Conversation): string {
  return conversation.lastMessage?.createdAt ?? conversation.updatedAt
}
