import { AppError } from '#shared/errors'
import { FairQueue } from '../../fairQueue'
import { WORKER_LIMITS } from './worker/limits'
import type { Job, Results } from './worker/protocol'
import { WorkerProcess, type Source } from './workerProcess'

/**
 * Runs jobs in worker processes that do nothing else. People take turns. A process starts on demand, ends when idle, and is
 * replaced when a job makes it too slow or too large, or crashes it.
 */
export class WorkerPool {
  private readonly queue: FairQueue
  private readonly free = new Set<WorkerProcess>()
  private idle: NodeJS.Timeout | undefined

  /** @param bounds `atOnce` is the number of processes; the rest as in `FairQueue` */
  constructor(bounds: { atOnce: number; maxWaiting: number; tooMany?: string }) {
    this.queue = new FairQueue(bounds)
  }

  /**
   * @param owner id of the person for whom the job is done
   * @throws AppError INVALID with the job's reason; UNAVAILABLE when too many jobs wait; WorkerLost; what reading throws
   */
  run<T extends Job>(owner: string, job: T, source: Source): Promise<Results[T['task']]> {
    return this.queue.run(owner, async () => {
      clearTimeout(this.idle)
      const worker = this.take()
      try {
        const result = await worker.run(job, source)
        await this.giveBack(worker)
        return result
      } catch (error) {
        if (error instanceof AppError && error.code === 'INVALID') this.free.add(worker)
        // The worker waits for bytes that do not come, or it is gone.
        else await worker.kill()
        throw error
      } finally {
        this.idle = setTimeout(() => this.endFree(), WORKER_LIMITS.idleMs)
        this.idle.unref()
      }
    })
  }

  private take(): WorkerProcess {
    const [first] = this.free
    if (!first) {
      const started: WorkerProcess = new WorkerProcess(() => this.free.delete(started))
      return started
    }
    this.free.delete(first)
    return first
  }

  /** Keeps a worker for the next job, unless it is too large. Resolves when the memory of a large one is free. */
  private async giveBack(worker: WorkerProcess): Promise<void> {
    if (worker.isGrown) await worker.kill()
    else this.free.add(worker)
  }

  private endFree(): void {
    for (const worker of this.free) void worker.kill()
    this.free.clear()
  }
}
