import type { TextStorage } from '../environment'

const PREFIX = 'webchat.draft.'
const TYPED = '.typed'
const REPLY = '.reply'

/** The storage key of a person's draft in a conversation. */
export function draftKey(userId: string, conversationId: string): string {
  return `${PREFIX}${userId}.${conversationId}`
}

/** The storage key of the message that a draft answers, as an id. @param key the key of the draft */
export function replyKey(key: string): string {
  return key + REPLY
}

/**
 * The storage key of when a draft was typed here, in milliseconds since 1970 by the server's clock. It is there until the
 * server has the draft.
 * @param key the key of the draft
 */
export function typedKey(key: string): string {
  return key + TYPED
}

/** The ids of the conversations whose drafts the server does not have yet. */
export function unsyncedDrafts(storage: TextStorage, userId: string): string[] {
  const prefix = draftKey(userId, '')
  const marks = storage.keys().filter((key) => key.startsWith(prefix) && key.endsWith(TYPED))
  return marks.map((key) => key.slice(prefix.length, -TYPED.length))
}

/** Removes a person's draft in a conversation. */
export function wipeDraft(storage: TextStorage, userId: string, conversationId: string): void {
  const key = draftKey(userId, conversationId)
  for (const each of [key, typedKey(key), replyKey(key)]) storage.remove(each)
}

/** Removes all drafts of a person, who leaves this browser. */
export function wipeDrafts(storage: TextStorage, userId: string): void {
  const prefix = draftKey(userId, '')
  for (const key of storage.keys()) if (key.startsWith(prefix)) storage.remove(key)
}
