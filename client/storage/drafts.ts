import type { TextStorage } from '../environment'

const PREFIX = 'webchat.draft.'

/** Where the unfinished message of one person in one conversation is kept. */
export function draftKey(userId: string, conversationId: string): string {
  return `${PREFIX}${userId}.${conversationId}`
}

/** Removes one person's drafts, all of them when they leave this browser. */
export function wipeDrafts(storage: TextStorage, userId: string): void {
  const prefix = draftKey(userId, '')
  for (const key of storage.keys()) if (key.startsWith(prefix)) storage.remove(key)
}
