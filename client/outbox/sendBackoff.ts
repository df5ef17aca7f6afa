import type { ApiError } from '../http/apiError'
import type { Environment } from '../environment'
import { retryDelay } from './sendRetry'

/** How long each conversation waits before its next message is sent again. */
export class SendBackoff {
  private readonly waits = new Map<string, { cancel: () => void; isOrdered: boolean }>()
  private readonly attempts = new Map<string, number>()

  constructor(
    private readonly environment: Environment,
    private readonly onOver: () => void,
  ) {}

  has(conversationId: string): boolean {
    return this.waits.has(conversationId)
  }

  succeeded(conversationId: string): void {
    this.attempts.delete(conversationId)
  }

  /** @returns when it is sent again, if the server has asked to wait */
  begin(conversationId: string, error: ApiError): number | undefined {
    const attempt = this.attempts.get(conversationId) ?? 0
    this.attempts.set(conversationId, attempt + 1)
    const delay = retryDelay(error, attempt, this.environment.random)
    const cancel = this.environment.after(delay, () => {
      this.waits.delete(conversationId)
      this.onOver()
    })
    this.waits.set(conversationId, { cancel, isOrdered: error.code === 'RATE_LIMITED' })
    return error.retryAfter === null ? undefined : this.environment.now() + delay
  }

  /** Call when the network is back. Waits that the server asked for go on. */
  retryNow(): void {
    for (const [conversationId, wait] of this.waits) {
      if (wait.isOrdered) continue
      wait.cancel()
      this.waits.delete(conversationId)
    }
  }

  close(): void {
    for (const wait of this.waits.values()) wait.cancel()
  }
}
