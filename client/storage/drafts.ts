import type { TextStorage } from '../environment'

const PREFIX = 'webchat.draft.'

/** The storage key of a person's draft in a conversation. */
export function draftKey(userId: string, conversationId: string): string {
  return `${PREFIX}${userId}.${conversationId}`
}

/** Removes all drafts of a person, who leaves this browser. */
export function wipeDrafts(storage: TextStorage, userId: string): void {
  const prefix = draftKey(userId, '')
  for (const key of storage.keys()) if (key.startsWith(prefix)) storage.remove(key)
}
