import { asApiError } from '../http/apiError'
import type { Client } from '../client'

const THROTTLE_MS = 500

/**
 * Tells the server how far I have read, at most twice a second for each conversation. Only the furthest position is
 * sent.
 */
export class ReadReceipts {
  private readonly due = new Map<string, number>()
  private cancel: (() => void) | null = null

  constructor(private readonly client: Client) {}

  /** Positions that cannot be sent now are sent at the next call or `flush`. */
  add(conversationId: string, seq: number): void {
    this.due.set(conversationId, Math.max(seq, this.due.get(conversationId) ?? 0))
    this.cancel ??= this.client.environment.after(THROTTLE_MS, () => this.flush())
  }

  flush(): void {
    this.cancel?.()
    this.cancel = null
    for (const [conversationId, seq] of [...this.due]) void this.tell(conversationId, seq)
  }

  clear(): void {
    this.cancel?.()
    this.cancel = null
    this.due.clear()
  }

  private async tell(conversationId: string, seq: number): Promise<void> {
    this.due.delete(conversationId)
    try {
      if (this.client.socket.isOpen) await this.client.socket.request('conversation.read', { conversationId, seq })
      else await this.client.conversations.read(conversationId, seq)
    } catch (thrown) {
      // Kept for the next flush, which follows every synchronisation; what the server refuses for good is dropped.
      const { code } = asApiError(thrown)
      const later = code === 'OFFLINE' || code === 'RATE_LIMITED' || code === 'UNAVAILABLE' || code === 'INTERNAL'
      if (later) this.due.set(conversationId, Math.max(seq, this.due.get(conversationId) ?? 0))
    }
  }
}
