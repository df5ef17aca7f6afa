import type { ErrorIssue } from '#shared/errors'
import type { Readable } from 'node:stream'
import type { Patch } from '../../../storage/types'

/** What a worker is asked to do with a file. */
export type Job =
  | { task: 'picture' }
  | { task: 'avatar' }
  /** A film's first frame, as its sender's browser drew it. */
  | { task: 'poster' }
  /** @property claimedMs milliseconds that it is said to play */
  | { task: 'voice'; claimedMs: number }
  | { task: 'file' }

/** A shared picture. `clean` is what is kept of it. */
export interface Picture {
  mime: string
  width: number
  height: number
  small: Buffer
  large: Buffer
  clean: Buffer
}

/** A voice message as it really is. @property patches what takes the place out of it */
export interface Voice {
  mime: string
  durationMs: number
  patches: Patch[]
}

/** A file. @property mime by its first bytes; undefined: they say nothing @property patches what takes the place out */
export interface FileFacts {
  mime: string | undefined
  patches: Patch[]
}

export interface Results {
  picture: Picture
  avatar: Picture
  poster: { poster: Buffer }
  voice: Voice
  file: FileFacts
}

/** From the server to its worker. The bytes of a range that was asked for follow on the worker's standard input. */
export interface ToWorker {
  job: Job
  /** Bytes of the file. */
  size: number
}

/** From a worker. The buffers that a result holds by name follow on its standard output, in this order. */
export type FromWorker =
  | { read: ByteRange }
  | { result: object; buffers: { name: string; length: number }[] }
  | { refused: ErrorIssue[] }

/** Bytes of a file, both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/** Reads exactly so many bytes, and leaves what comes after them. @throws Error when the stream ends before */
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
