import { partCount, partLength } from '#shared/domain/files'
import type { Upload } from '#shared/schemas/upload'
import type { PutAnswer, PutRequest } from '~/client/environment'
import { ErrorAnswer } from './errorAnswer'

export interface StoredUpload {
  id: string
  body: any
  parts: Map<number, { etag: string; bytes: Blob }>
  status: 'pending' | 'complete'
}

/** The uploads of the fake server and the store behind them, with faults to be had for the asking. */
export class FakeFiles {
  readonly uploads = new Map<string, StoredUpload>()
  readonly cancelled: string[] = []
  /** What went with messages, in order. */
  readonly sent: string[] = []
  /** Each part that was sent, as `upload/part`. */
  readonly puts: string[] = []
  underWay = 0
  most = 0
  reachable = true
  /** What becomes of a part on its way: nothing (it arrives), a status, or an error; it may take its time. */
  onPut: (upload: StoredUpload, number: number, request: PutRequest) => unknown = () => {}
  onCreate: (body: any) => void | Promise<void> = () => {}
  onComplete: (upload: StoredUpload) => void | Promise<void> = () => {}
  private signed = 0
  /** Addresses that were signed before this one are no longer good. */
  goodSince = 0

  constructor(private readonly newId: () => string) {}

  async put(url: string, request: PutRequest): Promise<PutAnswer> {
    const [, id, part, stamp] = /^\/store\/(\w+)\/(\d+)\?(\d+)$/.exec(url)!
    const [upload, number] = [this.uploads.get(id!), Number(part)]
    this.puts.push(`${[...this.uploads.keys()].indexOf(id!)}/${number}`)
    this.most = Math.max(this.most, ++this.underWay)
    try {
      if (!this.reachable) throw new TypeError('network')
      if (!upload) return { status: 404, etag: null }
      if (Number(stamp) < this.goodSince) return { status: 403, etag: null }
      const outcome = await Promise.race([this.onPut(upload, number, request), aborted(request.signal)])
      if (!this.reachable) throw new TypeError('network')
      if (typeof outcome === 'number') return { status: outcome, etag: null }
      if (request.body.size !== partLength(upload.body.size, number)) return { status: 403, etag: null }
      request.onProgress(request.body.size)
      const etag = `"${id}-${number}"`
      upload.parts.set(number, { etag, bytes: request.body })
      return { status: 200, etag }
    } finally {
      this.underWay--
    }
  }

  async route(method: string, path: string, body: any): Promise<unknown> {
    const [, , , id, what] = path.split('/')
    if (!id) return { upload: await this.create(body) }
    const upload = this.uploads.get(id)
    if (!upload) throw new ErrorAnswer('NOT_FOUND')
    if (method === 'DELETE') {
      this.uploads.delete(id)
      this.cancelled.push(id)
      return undefined
    }
    if (what === 'parts') return { upload: this.view(upload, body.numbers) }
    return { upload: await this.complete(upload, body.parts) }
  }

  /** With a message. */
  send(uploadIds: string[]): void {
    if (uploadIds.some((uploadId) => this.uploads.get(uploadId)?.status !== 'complete'))
      throw new ErrorAnswer('NOT_FOUND')
    this.sent.push(...uploadIds)
  }

  private async create(body: any): Promise<Upload> {
    await this.onCreate(body)
    const upload: StoredUpload = { id: this.newId(), body, parts: new Map(), status: 'pending' }
    this.uploads.set(upload.id, upload)
    return this.view(
      upload,
      Array.from({ length: partCount(body.size) }, (_, index) => index + 1),
    )
  }

  private async complete(upload: StoredUpload, parts: { number: number; etag: string }[]): Promise<Upload> {
    if (upload.status === 'complete') return this.view(upload, [])
    const isWhole = parts.length === partCount(upload.body.size)
    if (!isWhole || parts.some(({ number, etag }) => upload.parts.get(number)?.etag !== etag)) {
      throw new ErrorAnswer('INVALID', undefined, [
        { path: ['parts'], code: 'wrong_parts', params: {}, message: 'missing' },
      ])
    }
    await this.onComplete(upload)
    upload.status = 'complete'
    return this.view(upload, [])
  }

  private view({ id, body, status }: StoredUpload, numbers: number[]): Upload {
    const stamp = ++this.signed
    const url = (number: number) => `/store/${id}/${number}?${stamp}`
    return {
      id,
      conversationId: body.conversationId,
      kind: body.kind,
      name: body.name,
      mime: body.mime,
      size: body.size,
      status,
      partSize: 8 * 1024 ** 2,
      parts: numbers.map((number) => ({ number, url: url(number), method: 'PUT', headers: {} })),
      url: null,
      thumbnailUrl: null,
      width: null,
      height: null,
      durationMs: null,
      waveform: null,
    }
  }

  /** From now on only newly requested addresses are valid. */
  expireAddresses(): void {
    this.goodSince = this.signed + 1
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
