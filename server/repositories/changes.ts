import type { Id } from './id'

/** Told after a conversation, its permissions or its memberships were written; its promise is awaited by the writer. */
export type ChangeListener = (conversationId: string) => void | Promise<void>

const listeners = new Set<ChangeListener>()

/** Adds a listener that hears of every write that may change who may do what in a conversation. */
export function onConversationChanged(listener: ChangeListener): void {
  listeners.add(listener)
}

/**
 * Does a write and announces it, also when the write failed: it may have been carried out all the same.
 * Every write to conversations and memberships that can change an answer about rights passes here, so that nobody who
 * writes has to remember that others hold copies (services/conversations/active).
 */
export async function announced<T>(conversationId: Id, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } finally {
    const id = conversationId.toString()
    await Promise.all(Array.from(listeners, (listener) => listener(id)))
  }
}
