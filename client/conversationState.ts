import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { advanceUnread } from './unread'

/** Which messages of a conversation are mine, by seq, as far as they were seen after `lastReadSeq`. */
export type OwnMessages = ReadonlyMap<number, boolean>

/** A conversation after a message in it was told of; the same object where that changes nothing. */
export function withMessage(conversation: Conversation, message: Message, own: OwnMessages, me: string): Conversation {
  const isNew = message.seq > conversation.lastSeq
  const isShown = message.id === conversation.lastMessage?.id && message.rev > conversation.lastMessage.rev
  if (!isNew && !isShown && message.rev <= conversation.rev) return conversation
  const grown = {
    ...conversation,
    rev: Math.max(conversation.rev, message.rev),
    lastMessage: isNew || isShown ? message : conversation.lastMessage,
  }
  if (!isNew) return grown
  const mentions = conversation.me.mentions + (message.mentions.includes(me) ? 1 : 0)
  return moved({ ...grown, me: { ...grown.me, mentions } }, { lastSeq: message.seq, lastReadSeq: grown.me.lastReadSeq }, own)
}

/** A conversation after I have read it up to `seq`; the same object where I had read further. */
export function withRead(conversation: Conversation, seq: number, own: OwnMessages): Conversation {
  if (seq <= conversation.me.lastReadSeq) return conversation
  return moved(conversation, { lastSeq: conversation.lastSeq, lastReadSeq: seq }, own)
}

/**
 * What the server tells of a conversation, joined with what is known here already: positions never go back, since
 * answers and events overtake one another and reading is shown before the server has heard of it.
 */
export function merged(known: Conversation | undefined, told: Conversation, own: OwnMessages): Conversation {
  if (!known) return told
  const lastSeq = Math.max(known.lastSeq, told.lastSeq)
  const lastReadSeq = Math.max(known.me.lastReadSeq, told.me.lastReadSeq)
  const joined = {
    ...told,
    rev: Math.max(known.rev, told.rev),
    lastMessage: lastMessageOf(known, told),
  }
  if (lastSeq === told.lastSeq && lastReadSeq === told.me.lastReadSeq) return joined
  return moved(joined, { lastSeq, lastReadSeq }, own)
}

/** What is told holds, unless it was told before what is known happened. None is told where I may not see the newest. */
function lastMessageOf({ lastMessage }: Conversation, told: Conversation): Message | null {
  if (!lastMessage) return told.lastMessage
  if (lastMessage.seq !== told.lastMessage?.seq) return lastMessage.seq > told.lastSeq ? lastMessage : told.lastMessage
  return lastMessage.rev > told.lastMessage.rev ? lastMessage : told.lastMessage
}

function moved(
  conversation: Conversation,
  to: { lastSeq: number; lastReadSeq: number },
  own: OwnMessages,
): Conversation {
  const { lastReadSeq, unread, mentions } = conversation.me
  const left = advanceUnread({ lastSeq: conversation.lastSeq, lastReadSeq, unread }, to, own)
  const me = { ...conversation.me, lastReadSeq: to.lastReadSeq, unread: left, mentions: Math.min(mentions, left) }
  return { ...conversation, lastSeq: to.lastSeq, me }
}

/** The order of the list: where something happened last comes first. */
export function byActivity(one: Conversation, other: Conversation): number {
  return activityOf(other).localeCompare(activityOf(one)) || one.id.localeCompare(other.id)
}

function activityOf(conversation: Conversation): string {
  return conversation.lastMessage?.createdAt ?? conversation.updatedAt
}
