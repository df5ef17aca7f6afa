import { CommandError } from '../errors'

interface Job {
  run: () => unknown
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

/**
 * Group commit: the writes that arrive in one turn of the event loop share one transaction and one fsync. They run one
 * after the other inside it, so each sees what the one before did. Each settles after the commit, never before.
 */
export class Writer {
  private jobs: Job[] = []
  private readonly transaction: (work: () => void) => void
  private readonly afterFailure: () => void

  /**
   * @param transaction runs work in one durable transaction and undoes it when the work throws
   * @param afterFailure brings memory back in line after a transaction was undone
   */
  constructor(transaction: (work: () => void) => void, afterFailure: () => void) {
    this.transaction = transaction
    this.afterFailure = afterFailure
  }

  /**
   * Queues a write. A CommandError fails only this write, so it must be thrown before its document is changed. Any other
   * exception is a fault of the code or of the disk, and undoes the whole group.
   */
  write<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.jobs.push({ run, resolve, reject }) === 1) setImmediate(() => this.flush())
    })
  }

  /** Commits what is queued, now. */
  flush(): void {
    const jobs = this.jobs
    if (jobs.length === 0) return
    this.jobs = []
    const settle: (() => void)[] = []
    try {
      this.transaction(() => {
        for (const job of jobs) settle.push(this.runOne(job))
      })
    } catch (error) {
      this.afterFailure()
      for (const job of jobs) job.reject(error)
      return
    }
    for (const done of settle) done()
  }

  private runOne(job: Job): () => void {
    try {
      const value = job.run() as never
      return () => job.resolve(value)
    } catch (error) {
      if (error instanceof CommandError) return () => job.reject(error)
      throw error
    }
  }
}
