import { Readable } from 'node:stream'
import { AppError, invalidField } from '#shared/errors'
import { FairQueue } from '../../fairQueue'
import { logger } from '../../observability/logger'
import { WORKER_LIMITS } from './worker/limits'
import type { Job, Results } from './worker/protocol'
import { WorkerLost, WorkerProcess, type Source } from './workerProcess'

/** One job at a time: two would have half the memory each. */
const queue = new FairQueue({ atOnce: 1, maxWaiting: 100, tooMany: 'Too many files are being processed. Try again.' })

let worker: WorkerProcess | null = null
let idle: NodeJS.Timeout | undefined

/**
 * Parses a file in a worker process that does nothing else. The process starts on demand, ends when idle, and is
 * replaced when a file makes it too slow or too large, or crashes it.
 * @param owner id of the person whose file it is; people take turns
 * @throws AppError INVALID with the reason; UNAVAILABLE when too many files wait; what reading throws
 */
export function openInside<T extends Job>(owner: string, job: T, source: Source): Promise<Results[T['task']]> {
  return queue.run(owner, async () => {
    clearTimeout(idle)
    const current = (worker ??= start())
    try {
      const result = await current.run(job, source)
      if (current.isGrown) await replace(current)
      return result
    } catch (error) {
      if (error instanceof AppError && error.code === 'INVALID') throw error
      // The worker waits for bytes that do not come, or it is gone.
      await replace(current)
      if (!(error instanceof WorkerLost)) throw error
      logger.warn({ owner, task: job.task, reason: error.reason }, 'a file was too much to look into')
      throw tooMuch(job, error)
    } finally {
      idle = setTimeout(endIdle, WORKER_LIMITS.idleMs)
      idle.unref()
    }
  })
}

/** The same for bytes that are in memory. */
export function openInsideBytes<T extends Job>(owner: string, job: T, bytes: Buffer): Promise<Results[T['task']]> {
  return openInside(owner, job, {
    size: bytes.length,
    read: async ({ start, end }) => Readable.from([bytes.subarray(start, end + 1)]),
  })
}

function start(): WorkerProcess {
  const started: WorkerProcess = new WorkerProcess(() => {
    if (worker === started) worker = null
  })
  return started
}

/** Ends the worker; the next job starts another one. Resolves when its memory is free. */
function replace(current: WorkerProcess): Promise<void> {
  worker = null
  return current.kill()
}

function endIdle(): void {
  if (worker) void replace(worker)
}

function tooMuch({ task }: Job, { reason }: WorkerLost): AppError {
  if (task === 'voice') return invalidField('mime', 'unreadable', 'This voice message cannot be played.')
  if (task === 'file') return invalidField('file', 'unreadable', 'This file cannot be read.')
  return reason === 'memory'
    ? invalidField('image', 'too_many_pixels', 'This picture has too many pixels.')
    : invalidField('image', 'unreadable', 'This picture cannot be read.')
}
