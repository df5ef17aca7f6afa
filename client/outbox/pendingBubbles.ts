import type { History } from '../history/history'
import type { OutboxEntry } from './outboxEntry'

/**
 * My messages that are not in the window yet. Each is on the screen exactly once: from the moment it is written,
 * through its acknowledgement, until its message is in the window.
 */
export class PendingBubbles {
  /** Acknowledged messages for which the window waits, because earlier ones are missing. */
  private readonly sent = new Map<string, OutboxEntry>()

  constructor(private readonly history: History) {}

  /** Notes that the server has a message. The window decides when it can be shown. */
  acknowledge(entry: OutboxEntry | undefined): void {
    if (entry) this.sent.set(entry.clientId, { ...entry, state: 'sent', error: null })
  }

  /** Computes the bubbles again after the outbox or the window has changed. */
  refresh(entries: readonly OutboxEntry[]): void {
    const { view, conversationId } = this.history
    const mine = entries.filter((entry) => entry.conversationId === conversationId)
    if (mine.length === 0 && this.sent.size === 0) {
      if (view.pending.length > 0) view.pending = []
      return
    }
    const shown = new Set(view.messages.map((message) => message.clientId))
    for (const clientId of this.sent.keys()) if (shown.has(clientId) || view.hasNewer) this.sent.delete(clientId)
    const unsent = mine.filter(({ clientId }) => !shown.has(clientId) && !this.sent.has(clientId))
    view.pending = [...this.sent.values(), ...unsent]
  }
}
