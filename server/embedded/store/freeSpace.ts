import { statfsSync } from 'node:fs'
import { CommandError } from '../errors'

/**
 * Bytes of the disk below which nothing more is written. `server/services/diskSpace` has it too: what the store's thread
 * loads shares nothing with the server's bundle, which would read the settings in the thread.
 */
const MIN_FREE_BYTES = 8 * 1024 ** 2
/** Milliseconds for which an answer of the file system holds. */
const TRUST_MS = 100

/** Operating system's numbers, which lmdb's errors carry: no space, quota used up. */
const NO_SPACE = new Set<unknown>([28, 122])
/** What a write that was cut short is told as. */
const IO_ERROR = 5

/**
 * Asks the file system for room, now and then. LMDB must not meet a full disk: it would say so on standard error,
 * outside the log, and not always as what it is.
 */
export class FreeSpace {
  private askedAt = -Infinity
  private free = Infinity
  private readonly freeBytes: () => number

  /** @param freeBytes the bytes that are free, for tests; by default those of the folder's disk */
  constructor(folder: string, freeBytes = () => freeBytesOf(folder)) {
    this.freeBytes = freeBytes
  }

  /** @throws CommandError when the disk is as good as full */
  demand(): void {
    const now = performance.now()
    if (now - this.askedAt > TRUST_MS) {
      this.askedAt = now
      this.free = this.freeBytes()
    }
    if (this.free < MIN_FREE_BYTES) throw diskFull()
  }

  /** The error of a commit that failed: told as a full disk when it was one. */
  explain(error: unknown): unknown {
    const { code } = error as { code?: unknown }
    return NO_SPACE.has(code) || (code === IO_ERROR && this.freeBytes() < MIN_FREE_BYTES) ? diskFull() : error
  }
}

/** The bytes that a folder's disk has left for us; as if there were enough where the system does not tell. */
function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Infinity
  }
}

/** MongoDB's own code for it. */
function diskFull(): CommandError {
  return new CommandError(14_031, 'OutOfDiskSpace', 'The disk is full.')
}
