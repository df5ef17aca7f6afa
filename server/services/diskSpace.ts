import { statfs } from 'node:fs/promises'
import { config } from '../config'
import { logger } from '../observability/logger'

/** The least milliseconds between two log lines about a full disk. */
const LOG_INTERVAL_MS = 60_000
/**
 * Milliseconds for which the disk counts as full after a failed write. `statfs` does not show that a quota is used up.
 */
const FAILURE_TTL_MS = 5_000

/** Free bytes below which the embedded database stops writing (embedded/store/freeSpace). */
const MIN_FREE_BYTES = 8 * 1024 ** 2

/** Codes of errors that mean a full disk: 14031 is the database's OutOfDiskSpace. */
const OUT_OF_SPACE = new Set<unknown>([14_031, 'ENOSPC', 'EDQUOT'])

let failedAt = -Infinity
let loggedAt = -Infinity

/**
 * Whether an error, or one of its causes, means that the disk is full. It may come from the database or from a file.
 */
export function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && OUT_OF_SPACE.has(error.code)) || isOutOfSpace(error.cause)
}

/** Records that a write failed because the disk is full. The log says so once a minute at most. */
export function noteOutOfSpace(): void {
  failedAt = performance.now()
  logOnceAMinute()
}

function logOnceAMinute(): void {
  if (performance.now() - loggedAt < LOG_INTERVAL_MS) return
  loggedAt = performance.now()
  logger.error({ folder: config.dataDir }, 'the disk is full')
}

/** Whether the disk with this process's data is full. False when the process keeps no data on a disk. */
export async function isDiskFull(): Promise<boolean> {
  if (performance.now() - failedAt < FAILURE_TTL_MS) return true
  if (config.mongodbUri && config.s3) return false
  const space = await statfs(config.dataDir).catch(() => null)
  const isFull = space !== null && space.bavail * space.bsize < MIN_FREE_BYTES
  if (isFull) logOnceAMinute()
  return isFull
}
