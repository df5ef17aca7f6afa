import type { Upload, UploadPart } from '#shared/schemas/upload'
import { ApiError } from '../http/apiError'
import { isHopeless } from '../outbox/sendRetry'
import type { Job, Transfer } from './job'
import { PartSender } from './partSender'
import type { RetryOptions } from './retrier'

/** How often an upload that the server has lost, in whole or in part, is begun again by itself. */
const MAX_RESTARTS = 2

/** Thrown when the stored state of an upload is no longer right. */
class Outdated extends Error {
  override name = 'Outdated'
}

/** Uploads one file: begins or resumes it, sends the parts, and has the server put them together. */
export class UploadRun {
  private uploadId: string | null
  private readonly sent: Map<number, string>
  private readonly addresses = new Map<number, UploadPart>()

  constructor(
    private readonly transfer: Transfer,
    private readonly job: Job,
  ) {
    this.uploadId = job.begun?.uploadId ?? null
    this.sent = new Map(job.begun?.parts.map(({ number, etag }) => [number, etag]))
  }

  /** @throws ApiError that cannot be helped by trying again; SourceLost; the signal's reason */
  async run(): Promise<Upload> {
    for (let restarts = 0; ; restarts++) {
      try {
        const id = this.uploadId ?? (await this.begin())
        await new PartSender(this.transfer, this.job, id, this.addresses, this.sent, () => this.keep()).send()
        return await this.complete(id)
      } catch (thrown) {
        const error = this.outdate(thrown)
        if (error instanceof Outdated && restarts < MAX_RESTARTS) continue
        throw error instanceof Outdated ? thrown : error
      }
    }
  }

  private async begin(): Promise<string> {
    this.job.onState('waiting')
    const { id, parts } = await this.transfer.retrier.run(
      () => this.transfer.requests.create(this.job.input),
      this.retryOptions(),
    )
    this.uploadId = id
    for (const part of parts) this.addresses.set(part.number, part)
    this.keep()
    return id
  }

  private async complete(id: string): Promise<Upload> {
    this.job.onState('completing')
    const frame = await this.job.frame()
    const parts = [...this.sent].map(([number, etag]) => ({ number, etag })).sort((a, b) => a.number - b.number)
    const request = () => {
      this.job.signal.throwIfAborted()
      this.job.onState('completing')
      return this.transfer.requests.complete(id, parts, frame)
    }
    // An earlier request, whose answer was lost, may still be working on it.
    const canPass = (error: ApiError) => error.code === 'CONFLICT' || !isHopeless(error)
    return this.transfer.retrier.run(request, { ...this.retryOptions(), canPass })
  }

  private retryOptions(): RetryOptions {
    const { signal, maxFailures } = this.job
    return { signal, maxFailures, onWait: () => this.job.onState('waiting') }
  }

  /** Forgets the upload that the server does not have any more. */
  private outdate(thrown: unknown): unknown {
    if (!(thrown instanceof ApiError) || this.uploadId === null || this.job.signal.aborted) return thrown
    const { code, issues } = thrown
    const partsLost = code === 'INVALID' && issues[0]?.path[0] === 'parts'
    const uploadLost = code === 'NOT_FOUND' || code === 'CONFLICT'
    if (code === 'CONFLICT') this.transfer.requests.cancel(this.uploadId).catch(() => {})
    if (code === 'INVALID' || uploadLost) this.sent.clear()
    if ((code === 'INVALID' && !partsLost) || uploadLost) {
      this.uploadId = null
      this.addresses.clear()
    }
    this.keep()
    return partsLost || uploadLost ? new Outdated() : thrown
  }

  private keep(): void {
    const parts = [...this.sent].map(([number, etag]) => ({ number, etag }))
    this.job.onBegun(this.uploadId === null ? null : { uploadId: this.uploadId, parts })
  }
}
