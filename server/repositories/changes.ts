import type { Id } from './id'

/** Called after a conversation, its permissions or its memberships were written. The writer awaits its promise. */
export type ChangeListener = (conversationId: string) => void | Promise<void>

const listeners = new Set<ChangeListener>()

/** Adds a listener for every write that may change who may do what in a conversation. */
export function onConversationChanged(listener: ChangeListener): void {
  listeners.add(listener)
}

/**
 * Runs a write and announces it, even if the write fails, because it may have been carried out all the same. Every
 * write to conversations and memberships that may change somebody's rights runs here, so that no writer has to know
 * that there are copies (services/conversations/active).
 */
export async function announced<T>(conversationId: Id, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } finally {
    const id = conversationId.toString()
    await Promise.all(Array.from(listeners, (listener) => listener(id)))
  }
}
