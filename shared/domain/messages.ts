import { LIMITS } from '../limits'
import { cutGraphemes } from './text/graphemes'

/** The beginning of a text on one line, as lists and replies show it. */
export function excerptOf(text: string): string {
  return cutGraphemes(text.trim().replace(/\s+/g, ' '), LIMITS.excerptCharacters)
}

/**
 * Unread messages, derived from positions so that no counter can drift.
 * `ownUnread` is how many of the messages after `readSeq` the reader wrote himself.
 */
export function unreadCount(lastSeq: number, readSeq: number, ownUnread: number): number {
  return Math.max(0, lastSeq - readSeq - ownUnread)
}

/** The name under which a pair's one direct conversation is unique: both ids, sorted. */
export function directKey(one: string, other: string): string {
  return one < other ? `${one}:${other}` : `${other}:${one}`
}
