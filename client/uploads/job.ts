import type { Environment } from '../environment'
import type { Retrier } from './retrier'
import type { NewUpload, UploadRequests } from './requests'
import type { Semaphore } from './semaphore'
import type { Begun, Frame, Live } from './types'

/** What all uploads of a tab share. */
export interface Transfer {
  readonly environment: Environment
  readonly requests: UploadRequests
  readonly partSlots: Semaphore
  readonly retrier: Retrier
}

/** One upload that is to be done, and the callbacks that report on it. */
export interface Job {
  readonly input: NewUpload
  /** Read a slice at a time, never as a whole. */
  readonly source: Blob
  /** Lower ones come first. */
  readonly order: number
  /** Failures in a row after which it is given up; Infinity: never, as long as trying again can help. */
  readonly maxFailures: number
  readonly begun: Begun | null
  readonly signal: AbortSignal
  /** Of a film, when the browser has measured it, if it can. */
  frame(): Promise<Frame | null>
  /** It has come so far with the server, to be kept for going on from there; null: it begins anew. */
  onBegun(begun: Begun | null): void
  /** Bytes in all. */
  onSent(bytes: number): void
  onState(state: Exclude<Live['state'], 'needsFile'>): void
}

/** The file cannot be read any more: it was changed, moved or deleted, or the browser has let go of it. */
export class SourceLost extends Error {
  override name = 'SourceLost'
}
