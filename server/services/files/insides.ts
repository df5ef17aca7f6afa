import { Readable } from 'node:stream'
import { invalidField, type AppError } from '#shared/errors'
import { logger } from '../../observability/logger'
import type { Job, Results } from './worker/protocol'
import { WorkerPool } from './workerPool'
import { WorkerLost, type Source } from './workerProcess'

/** One job at a time: two would have half the memory each. */
const pool = new WorkerPool({
  atOnce: 1,
  maxWaiting: 100,
  tooMany: 'Too many files are being processed. Try again.',
})

/**
 * Parses a file in a worker process.
 * @param owner id of the person whose file it is; people take turns
 * @throws AppError INVALID with the reason; UNAVAILABLE when too many files wait; what reading throws
 */
export async function openInside<T extends Job>(owner: string, job: T, source: Source): Promise<Results[T['task']]> {
  try {
    return await pool.run(owner, job, source)
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error
    logger.warn({ owner, task: job.task, reason: error.reason }, 'a file was too much to look into')
    throw tooMuch(job, error)
  }
}

/** The same for bytes that are in memory. */
export function openInsideBytes<T extends Job>(owner: string, job: T, bytes: Buffer): Promise<Results[T['task']]> {
  return openInside(owner, job, {
    size: bytes.length,
    read: async ({ start, end }) => Readable.from([bytes.subarray(start, end + 1)]),
  })
}

function tooMuch({ task }: Job, { reason }: WorkerLost): AppError {
  if (task === 'voice') return invalidField('mime', 'unreadable', 'This voice message cannot be played.')
  if (task === 'file') return invalidField('file', 'unreadable', 'This file cannot be read.')
  return reason === 'memory'
    ? invalidField('image', 'too_many_pixels', 'This picture has too many pixels.')
    : invalidField('image', 'unreadable', 'This picture cannot be read.')
}
