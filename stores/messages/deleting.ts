import { shallowReactive } from 'vue'
import type { Message } from '#shared/schemas/message'
import { useTab } from '../tab'

/** Milliseconds in which I can take a deletion back. */
const UNDO_MS = 6_000

interface Deletion {
  message: Message
  cancelTimer: () => void
}

/** Messages that I am deleting. */
export interface Removal {
  /** Keeps those that were not sent. */
  undo: () => void
  sendNow: () => void
  /**
   * Resolves when the server has deleted them. Rejects with the ApiError of the first one that it did not delete:
   * FORBIDDEN, NOT_FOUND, OFFLINE.
   */
  done: Promise<void>
}

/**
 * My deletions, which are sent after a while in which I can take them back. Part of the messages store.
 * @param remove deletes a message for everyone
 */
export function messageDeleting(remove: (conversationId: string, messageId: string) => Promise<void>) {
  const tab = useTab()
  /** Deletions that the server has not answered, by message. These messages are shown as deleted. */
  const deletions = shallowReactive(new Map<string, Deletion>())

  /**
   * Deletes messages for everyone after `UNDO_MS`, or when the page is closed.
   */
  function removeSoon(messages: readonly Message[]): Removal {
    let sendNow = () => {}
    const done = new Promise<void>((resolve) => (sendNow = () => resolve(send(messages))))
    const cancelTimer = tab.client().environment.after(UNDO_MS, sendNow)
    for (const message of messages) deletions.set(message.id, { message, cancelTimer })
    const undo = () => {
      cancelTimer()
      for (const { id } of messages) deletions.delete(id)
    }
    return { undo, sendNow, done }
  }

  async function send(messages: readonly Message[]): Promise<void> {
    const problems: unknown[] = []
    for (const { id, conversationId } of messages) {
      deletions.get(id)?.cancelTimer()
      if (deletions.has(id)) await remove(conversationId, id).catch((thrown: unknown) => problems.push(thrown))
      deletions.delete(id)
    }
    if (problems.length > 0) throw problems[0]
  }

  /** Sends all deletions that wait, because the page is closed. Nobody waits for the answers. */
  function sendDeletions(): void {
    for (const { message, cancelTimer } of deletions.values()) {
      cancelTimer()
      tab
        .client()
        .conversations.removeMessage(message.conversationId, message.id, true)
        .catch(() => {})
    }
    deletions.clear()
  }

  function dropDeletions(): void {
    for (const { cancelTimer } of deletions.values()) cancelTimer()
    deletions.clear()
  }

  return { deletions: deletions as ReadonlyMap<string, unknown>, removeSoon, sendDeletions, dropDeletions }
}
