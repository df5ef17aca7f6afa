import { partCount, partLength } from '#shared/domain/files'
import { LIMITS } from '#shared/limits'
import type { UploadPart } from '#shared/schemas/upload'
import { ApiError, offline } from '../http/apiError'
import { fullJitter } from '../backoff'
import type { PutAnswer } from '../environment'
import { PARTS_AT_ONCE } from './semaphore'
import { SourceLost, type Job, type Transfer } from './job'

const BASE_DELAY_MS = 1_000
/** Milliseconds without a byte after which a part is sent anew. */
const STALL_TIMEOUT_MS = 60_000
/** A store that has refused a part so often under fresh addresses will not take it. */
const MAX_REFUSALS = 4

/** Sends the parts of one upload that are not there yet. */
export class PartSender {
  private readonly abort = new AbortController()
  private readonly missing: number[]
  /** Bytes of the parts that are under way. */
  private readonly underWay = new Map<number, number>()
  private arrived = 0
  private signing: Promise<void> | null = null

  /** @param sent the parts that the store has, to which it adds; `onSent` is called for each */
  constructor(
    private readonly transfer: Transfer,
    private readonly job: Job,
    private readonly uploadId: string,
    private readonly addresses: Map<number, UploadPart>,
    private readonly sent: Map<number, string>,
    private readonly onSent: () => void,
  ) {
    const numbers = Array.from({ length: partCount(job.source.size) }, (_, index) => index + 1)
    this.missing = numbers.filter((number) => !sent.has(number))
    for (const number of sent.keys()) this.arrived += partLength(job.source.size, number)
  }

  /** @throws ApiError; SourceLost; the signal's reason */
  async send(): Promise<void> {
    const { signal } = this.job
    signal.throwIfAborted()
    const stop = () => this.abort.abort(signal.reason)
    signal.addEventListener('abort', stop)
    this.tellSent()
    const queue = [...this.missing]
    // One more than may send: it stands in line, so that what began first goes on first.
    const workers = Array.from({ length: Math.min(PARTS_AT_ONCE + 1, queue.length) }, () => this.work(queue))
    await Promise.all(workers)
    signal.removeEventListener('abort', stop)
    if (this.abort.signal.aborted) throw this.abort.signal.reason
  }

  private async work(queue: number[]): Promise<void> {
    try {
      for (let number = queue.shift(); number !== undefined; number = queue.shift()) await this.sendOne(number)
    } catch (thrown) {
      // One that cannot be sent ends the others.
      this.abort.abort(thrown)
    }
  }

  private async sendOne(number: number): Promise<void> {
    let refusals = 0
    for (let failures = 0; ; failures++) {
      const address = await this.addressOf(number)
      const { status, etag } = await this.attempt(number, address)
      if (status >= 200 && status < 300) return this.keep(number, etag)
      if (status === 0) await this.demandReadable(number)
      if (failures >= this.job.maxFailures) throw offline('The file store cannot be reached.')
      if (isRefusal(status)) {
        // Signed too long ago, as were the others; or the store has let go of the upload, which signing will tell.
        if (this.addresses.get(number) === address) this.addresses.clear()
        if (++refusals > MAX_REFUSALS)
          throw new ApiError('UNAVAILABLE', `The file store refuses this file (${status}).`)
        if (refusals === 1) continue
      }
      if (this.underWay.size === 0) this.job.onState('waiting')
      const delay = fullJitter(failures, this.transfer.environment.random, BASE_DELAY_MS)
      await this.transfer.retrier.sleep(delay, this.abort.signal)
    }
  }

  private keep(number: number, etag: string | null): void {
    if (!etag) throw new ApiError('UNAVAILABLE', 'The file store does not show the ETag of what it has taken.')
    this.sent.set(number, etag)
    this.arrived += partLength(this.job.source.size, number)
    this.tellSent()
    this.onSent()
  }

  private async addressOf(number: number): Promise<UploadPart> {
    for (;;) {
      const address = this.addresses.get(number)
      if (address) return address
      this.signing ??= this.sign().finally(() => (this.signing = null))
      await this.signing
    }
  }

  private async sign(): Promise<void> {
    const numbers = this.missing.filter((number) => !this.sent.has(number))
    const { parts } = await this.transfer.retrier.run(() => this.transfer.requests.sign(this.uploadId, numbers), {
      signal: this.abort.signal,
      maxFailures: this.job.maxFailures,
      onWait: () => {
        if (this.underWay.size === 0) this.job.onState('waiting')
      },
    })
    for (const part of parts) this.addresses.set(part.number, part)
  }

  /** Status 0: no answer came. */
  private async attempt(number: number, address: UploadPart): Promise<PutAnswer> {
    const release = await this.transfer.partSlots.take(this.job.order, this.abort.signal)
    this.underWay.set(number, 0)
    this.job.onState('sending')
    try {
      return await this.put(number, address)
    } catch {
      this.abort.signal.throwIfAborted()
      return { status: 0, etag: null }
    } finally {
      this.underWay.delete(number)
      release()
      this.tellSent()
    }
  }

  private async put(number: number, { url, headers }: UploadPart): Promise<PutAnswer> {
    const { environment } = this.transfer
    const broken = new AbortController()
    const giveUp = () => broken.abort()
    this.abort.signal.addEventListener('abort', giveUp)
    let cancelWatch = environment.after(STALL_TIMEOUT_MS, giveUp)
    const onProgress = (bytes: number) => {
      cancelWatch()
      cancelWatch = environment.after(STALL_TIMEOUT_MS, giveUp)
      this.underWay.set(number, Math.min(bytes, partLength(this.job.source.size, number)))
      this.tellSent()
    }
    try {
      return await environment.put(url, { headers, body: this.sliceOf(number), signal: broken.signal, onProgress })
    } finally {
      cancelWatch()
      this.abort.signal.removeEventListener('abort', giveUp)
    }
  }

  /** A request whose file has gone fails as if the network had: only reading tells. */
  private async demandReadable(number: number): Promise<void> {
    try {
      await this.sliceOf(number).slice(0, 1).arrayBuffer()
    } catch {
      throw new SourceLost()
    }
  }

  private sliceOf(number: number): Blob {
    const start = (number - 1) * LIMITS.partBytes
    return this.job.source.slice(start, start + partLength(this.job.source.size, number))
  }

  private tellSent(): void {
    let bytes = this.arrived
    for (const part of this.underWay.values()) bytes += part
    this.job.onSent(bytes)
  }
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429
}
