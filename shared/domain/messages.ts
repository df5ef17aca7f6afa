import { LIMITS } from '../limits'

/** The beginning of a text on one line, as lists and replies show it. */
export function excerptOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  const characters = [...line.slice(0, LIMITS.excerptCharacters * 2 + 2)]
  return characters.length <= LIMITS.excerptCharacters
    ? line
    : `${characters.slice(0, LIMITS.excerptCharacters - 1).join('')}…`
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
