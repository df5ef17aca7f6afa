import type { Conversation, MyMembership } from '../schemas/conversation'

/** The end of muting a chat for good. */
export const MUTED_FOR_GOOD = '9999-12-31T23:59:59.000Z'

/** Whether a person has muted a chat. @param now milliseconds since the epoch */
export function isMuted({ mutedUntil, notify }: Pick<MyMembership, 'mutedUntil' | 'notify'>, now: number): boolean {
  return notify === 'none' || (mutedUntil !== null && Date.parse(mutedUntil) > now)
}

type Counted = Pick<Conversation, 'me' | 'lastSeq'>

/** The number of unread messages of all chats, as the title of the page tells it. @param now milliseconds since the epoch */
export function totalUnread(conversations: readonly Counted[], now: number): number {
  return conversations.reduce((sum, conversation) => sum + countedUnread(conversation, now), 0)
}

/**
 * What a chat adds to the number of unread messages of all chats. A muted or archived chat adds nothing, but its mentions
 * if the person chose so. A chat that is marked as unread adds one.
 * @param now milliseconds since the epoch
 */
function countedUnread({ me, lastSeq }: Counted, now: number): number {
  if (isMuted(me, now) || isArchived(me, lastSeq)) return me.notify === 'mentions' ? me.mentions : 0
  return me.unread || Number(me.markedUnread)
}

/**
 * Whether a chat is in the archive now. A mention takes it out of there; if the person chose so, any message that is
 * newer than the archiving does.
 */
export function isArchived(
  { archived, archivedSeq, returnsWith }: Pick<MyMembership, 'archived' | 'archivedSeq' | 'returnsWith'>,
  lastSeq: number,
): boolean {
  return archived && !(returnsWith === 'message' && lastSeq > archivedSeq)
}
