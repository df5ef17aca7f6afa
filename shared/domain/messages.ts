import { LIMITS } from '../limits'
import { cutGraphemes } from './text/graphemes'

/** The beginning of a text, on one line, as lists and replies show it. */
export function excerptOf(text: string): string {
  return cutGraphemes(text.trim().replace(/\s+/g, ' '), LIMITS.excerptCharacters)
}

/**
 * Whether a message after a person's read position counts as unread. Deleted messages, system messages and the person's
 * own messages do not.
 */
export function countsAsUnread(
  { kind, isDeleted, senderId }: { kind: 'text' | 'system'; isDeleted: boolean; senderId: string | null },
  readerId: string,
): boolean {
  return kind === 'text' && !isDeleted && senderId !== readerId
}

/**
 * The number of unread messages. It is derived from positions, so that no counter can drift.
 * @param uncounted how many of the messages after `readSeq` do not count (`countsAsUnread`)
 */
export function unreadCount(lastSeq: number, readSeq: number, uncounted: number): number {
  return Math.max(0, lastSeq - readSeq - uncounted)
}

/** The unique key of the direct conversation of two people: both ids, sorted. */
export function directKey(one: string, other: string): string {
  return one < other ? `${one}:${other}` : `${other}:${one}`
}
