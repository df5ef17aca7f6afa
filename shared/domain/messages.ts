import { LIMITS } from '../limits'
import { cutGraphemes } from './text/graphemes'
import { withoutCutMention } from './text/mentions'
import { plainText } from './text/plain'

/**
 * The beginning of a text, on one line, as lists and replies show it: without the signs of its formatting. Mentions stay in
 * their stored form.
 */
export function excerptOf(text: string): string {
  return withoutCutMention(cutGraphemes(plainText(text.trim()).trim().replace(/\s+/g, ' '), LIMITS.excerptCharacters))
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

/** Whether a message mentions a person, by name or with everybody. */
export function mentionsReader(
  { mentions, mentionsAll }: { mentions: readonly string[]; mentionsAll: boolean },
  readerId: string,
): boolean {
  return mentionsAll || mentions.includes(readerId)
}

/** What is derived about the messages after a person's read position. */
export interface UnreadAnswer {
  /** How many of them do not count as unread (`countsAsUnread`). */
  uncounted: number
  /** How many of the unread ones mention the person, and the `seq` of the first `LIMITS.mentionSeqs`, ascending. */
  mentions: number
  mentionSeqs: number[]
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
