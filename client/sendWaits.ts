import type { ApiError } from './apiError'
import type { Environment } from './environment'
import { retryDelay } from './sendRetry'

/** Which conversations wait before their next message is sent again, and how long. */
export class SendWaits {
  private readonly waits = new Map<string, { cancel: () => void; patient: boolean }>()
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

  /** @returns when it is sent again, where the server has asked to wait */
  begin(conversationId: string, error: ApiError): number | undefined {
    const attempt = this.attempts.get(conversationId) ?? 0
    this.attempts.set(conversationId, attempt + 1)
    const delay = retryDelay(error, attempt, this.environment.random)
    const cancel = this.environment.after(delay, () => {
      this.waits.delete(conversationId)
      this.onOver()
    })
    this.waits.set(conversationId, { cancel, patient: error.code === 'RATE_LIMITED' })
    return error.retryAfter === null ? undefined : this.environment.now() + delay
  }

  /** The network is back: what waited only for that waits no longer. */
  endImpatient(): void {
    for (const [conversationId, wait] of this.waits) {
      if (wait.patient) continue
      wait.cancel()
      this.waits.delete(conversationId)
    }
  }

  close(): void {
    for (const wait of this.waits.values()) wait.cancel()
  }
}
