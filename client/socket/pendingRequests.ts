import type { AnswerFrame } from '#shared/protocol/server'
import { ApiError, offline } from '../http/apiError'
import type { Environment } from '../environment'

interface Waiting {
  resolve(data: unknown): void
  reject(error: ApiError): void
  cancel(): void
}

/** Requests on a socket that wait for their answers. */
export class PendingRequests {
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0

  constructor(private readonly environment: Environment) {}

  /** Notes a new request. After `timeout` ms its answer rejects with OFFLINE, and `onTimeout` is called. */
  open(timeout: number, onTimeout: () => void): { id: number; answer: Promise<unknown> } {
    const id = ++this.lastId
    const answer = new Promise<unknown>((resolve, reject) => {
      const cancel = this.environment.after(timeout, () => {
        this.waiting.delete(id)
        reject(offline('No answer came in time.'))
        onTimeout()
      })
      this.waiting.set(id, { resolve, reject, cancel })
    })
    return { id, answer }
  }

  settle(frame: AnswerFrame): void {
    const request = frame.id === null ? undefined : this.waiting.get(frame.id)
    if (!request || frame.id === null) return
    this.waiting.delete(frame.id)
    request.cancel()
    if (frame.ok) return request.resolve(frame.data)
    const { code, message, issues, retryAfter } = frame.error
    request.reject(new ApiError(code, message, { issues, retryAfter }))
  }

  /** Rejects all requests, because the socket is gone and no answer will come. */
  abandon(): void {
    const lost = [...this.waiting.values()]
    this.waiting.clear()
    for (const request of lost) {
      request.cancel()
      request.reject(offline('The connection was lost.'))
    }
  }
}
