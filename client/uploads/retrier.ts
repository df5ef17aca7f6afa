import { asApiError, type ApiError } from '../http/apiError'
import type { Environment } from '../environment'
import { isHopeless, retryDelay } from '../outbox/sendRetry'

/** Milliseconds between tries while the browser says that it is offline. */
const OFFLINE_DELAY_MS = 30_000
/** Failures of the server in a row after which it is given up. */
const MAX_SERVER_FAULTS = 6

export interface RetryOptions {
  signal: AbortSignal
  /** Failures in a row after which it is given up. */
  maxFailures: number
  /** Called before each wait. */
  onWait?: () => void
  /** Whether this may pass by itself; by default, everything that is not hopeless. */
  canPass?: (error: ApiError) => boolean
}

/** Tries requests again after growing waits, which end when the network comes back. */
export class Retrier {
  private readonly sleepers = new Set<() => void>()

  constructor(private readonly environment: Environment) {
    environment.onSignal((signal) => {
      if (signal === 'online') this.wake()
    })
  }

  /** Repeats a request until it succeeds. @throws ApiError that does not pass; the signal's reason */
  async run<T>(request: () => Promise<T>, { signal, maxFailures, onWait, canPass }: RetryOptions): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await request()
      } catch (thrown) {
        const error = asApiError(thrown)
        signal.throwIfAborted()
        const limit = error.code === 'INTERNAL' ? Math.min(MAX_SERVER_FAULTS, maxFailures) : maxFailures
        if (!(canPass?.(error) ?? !isHopeless(error)) || failures >= limit) throw error
        onWait?.()
        await this.sleep(retryDelay(error, failures, this.environment.random), signal)
      }
    }
  }

  /** @throws the signal's reason */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const delay = this.environment.isOnline() ? milliseconds : OFFLINE_DELAY_MS
      const end = () => {
        cancel()
        this.sleepers.delete(end)
        signal.removeEventListener('abort', end)
        if (signal.aborted) reject(signal.reason)
        else resolve()
      }
      const cancel = this.environment.after(delay, end)
      this.sleepers.add(end)
      signal.addEventListener('abort', end)
    })
  }

  private wake(): void {
    for (const end of [...this.sleepers]) end()
  }
}
