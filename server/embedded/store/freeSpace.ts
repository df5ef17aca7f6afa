import { statfsSync } from 'node:fs'
import { CommandError } from '../errors'

/**
 * Free bytes of the disk below which nothing more is written. `server/services/diskSpace` repeats the number, because
 * the store's thread shares no module with the server's bundle, which would read the settings in the thread.
 */
const MIN_FREE_BYTES = 8 * 1024 ** 2

/** The operating system's error numbers in lmdb's errors: no space left, and quota exceeded. */
const NO_SPACE = new Set<unknown>([28, 122])
/** How LMDB reports a write that was cut short. */
const IO_ERROR = 5

/**
 * Checks the free space. LMDB must not meet a full disk: it would report it on standard error, outside the log, and not
 * always as what it is.
 */
export class FreeSpace {
  private readonly freeBytes: () => number

  /** @param freeBytes the bytes that are free, for tests; by default those of the folder's disk */
  constructor(folder: string, freeBytes = () => freeBytesOf(folder)) {
    this.freeBytes = freeBytes
  }

  /** Refuses writes when the disk is nearly full. @throws CommandError */
  demand(): void {
    if (this.freeBytes() < MIN_FREE_BYTES) throw diskFull()
  }

  /** The error of a failed commit. When the disk is full, it says so. */
  explain(error: unknown): unknown {
    const { code } = error as { code?: unknown }
    return NO_SPACE.has(code) || (code === IO_ERROR && this.freeBytes() < MIN_FREE_BYTES) ? diskFull() : error
  }
}

/** The free bytes on a folder's disk. If the system does not say, it counts as enough. */
function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Infinity
  }
}

/** The error with MongoDB's own code for a full disk. */
function diskFull(): CommandError {
  return new CommandError(14_031, 'OutOfDiskSpace', 'The disk is full.')
}
