import { statfs } from 'node:fs/promises'
import { config } from '../config'
import { logger } from '../observability/logger'

/** Milliseconds between two lines of the log about it. */
const SAID_EVERY_MS = 60_000
/** Milliseconds for which a failed write means that the disk is full: a quota is not in what the file system tells. */
const FAILED_MS = 5_000

/** Bytes below which the embedded database writes nothing more (embedded/store/freeSpace). */
const MIN_FREE_BYTES = 8 * 1024 ** 2

const OUT_OF_SPACE = new Set<unknown>([14_031, 'ENOSPC', 'EDQUOT'])

let failedAt = -Infinity
let saidAt = -Infinity

/** Whether an error, or what caused it, says that the disk is full: the database's, or a file's. */
export function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && OUT_OF_SPACE.has(error.code)) || isOutOfSpace(error.cause)
}

/** Notes that something could not be written, and says so in the log: once a minute, however much fails. */
export function noteOutOfSpace(): void {
  failedAt = performance.now()
  sayOnceAMinute()
}

function sayOnceAMinute(): void {
  if (performance.now() - saidAt < SAID_EVERY_MS) return
  saidAt = performance.now()
  logger.error({ folder: config.dataDir }, 'the disk is full')
}

/** Whether the disk that this process keeps its data on is full; false where it keeps none. */
export async function isDiskFull(): Promise<boolean> {
  if (performance.now() - failedAt < FAILED_MS) return true
  if (config.mongodbUri && config.s3) return false
  const space = await statfs(config.dataDir).catch(() => null)
  const isFull = space !== null && space.bavail * space.bsize < MIN_FREE_BYTES
  if (isFull) sayOnceAMinute()
  return isFull
}
