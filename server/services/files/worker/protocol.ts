import type { ErrorIssue } from '#shared/errors'
import type { Readable } from 'node:stream'
import type { Patch } from '../../../storage/types'

/** What a worker does with a file. */
export type Job =
  | { task: 'picture' }
  | { task: 'avatar' }
  /** A picture of which only a thumbnail is kept. */
  | { task: 'thumbnail' }
  /** A video's first frame, as its sender's browser drew it. */
  | { task: 'poster' }
  /** @property claimedMs the duration that the sender stated, in milliseconds */
  | { task: 'voice'; claimedMs: number }
  | { task: 'file' }
  | PageJob

/** A page of the web that a link leads to. The process that opens it opens no files. */
export interface PageJob {
  task: 'page'
  /** The link. */
  address: string
  /** As in `RequestBounds` (web/publicAddress). */
  trusted: readonly string[]
  own: readonly string[]
  /** Milliseconds for the page and its picture. */
  deadlineMs: number
}

/** What a page says about itself, not cleaned. Each is empty if it does not say. */
export interface PageFacts {
  title: string
  description: string
  site: string
  /** The address of its picture. */
  image: string
}

/** A page with the bytes of its picture, not decoded. There are none if it has no picture that can be fetched. */
export type PageResult = Omit<PageFacts, 'image'> & { picture: Buffer }

/** A shared picture. `clean` is the version without metadata, which is kept. */
export interface Picture {
  mime: string
  width: number
  height: number
  small: Buffer
  large: Buffer
  clean: Buffer
}

/** A small WebP picture. */
export interface Thumbnail {
  thumbnail: Buffer
  width: number
  height: number
}

/** A voice message as it really is. @property patches remove its location */
export interface Voice {
  mime: string
  durationMs: number
  patches: Patch[]
}

/** A file. @property mime by its first bytes; undefined: unknown @property patches remove its location */
export interface FileFacts {
  mime: string | undefined
  patches: Patch[]
}

export interface Results {
  picture: Picture
  avatar: Picture
  thumbnail: Thumbnail
  poster: { poster: Buffer }
  voice: Voice
  file: FileFacts
  page: PageResult
}

/** From the server to its worker. The bytes of requested ranges follow on the worker's standard input. */
export interface ToWorker {
  job: Job
  /** The size of the file in bytes. */
  size: number
}

/** From a worker to its server. The buffers of a result follow on its standard output, in the order of `buffers`. */
export type FromWorker =
  | { read: ByteRange }
  | { result: object; buffers: { name: string; length: number }[] }
  | { refused: ErrorIssue[] }

/** A file whose bytes can be read in ranges. */
export interface Source {
  /** Bytes. */
  size: number
  read(range: ByteRange): Promise<Buffer>
}

/** A range of bytes of a file, both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/** Reads exactly `length` bytes and leaves the rest in the stream. @throws Error when the stream ends before that */
export async function readExactly(stream: Readable, length: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const chunk = stream.read(Math.min(length - filled, Math.max(1, stream.readableLength))) as Buffer | null
    if (chunk) filled += chunk.copy(whole, filled)
    else await readable(stream)
  }
  return whole
}

function readable(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      for (const name of ['readable', 'end', 'close', 'error']) stream.off(name, settle)
      if (stream.readableEnded || stream.destroyed) reject(new Error('The stream ended too early.'))
      else resolve()
    }
    for (const name of ['readable', 'end', 'close', 'error']) stream.on(name, settle)
  })
}
