import { CommandError } from '../errors'

interface Job {
  run: () => unknown
  /** Whether it has a transaction of its own. */
  alone: boolean
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

/**
 * Group commit: the writes that arrive in one turn of the event loop, or while the disk works at others, share one
 * transaction and one fsync. They run one after the other, so each sees what the one before did. Each settles after
 * the commit, never before.
 */
export class Writer {
  private jobs: Job[] = []
  private working: Promise<void> | undefined
  private readonly commit: (work: () => void, alone: boolean) => Promise<void>
  private readonly afterFailure: () => void

  /**
   * @param commit runs work in one transaction, undoes it when the work throws, and resolves when it is on the disk
   * @param afterFailure brings memory back in line after a transaction was undone
   */
  constructor(commit: (work: () => void, alone: boolean) => Promise<void>, afterFailure: () => void) {
    this.commit = commit
    this.afterFailure = afterFailure
  }

  /**
   * Queues a write. A CommandError fails only this write, so it must be thrown before its document is changed. Any other
   * exception is a fault of the code or of the disk, and undoes the whole group.
   */
  write<T>(run: () => T, alone = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.jobs.push({ run, alone, resolve, reject })
      this.working ??= this.work()
    })
  }

  /** Resolves when nothing is queued or under way. */
  async idle(): Promise<void> {
    await this.working
  }

  private async work(): Promise<void> {
    do {
      await new Promise((resolve) => setImmediate(resolve))
      await this.writeGroup()
    } while (this.jobs.length > 0)
    this.working = undefined
  }

  private async writeGroup(): Promise<void> {
    const jobs = this.takeGroup()
    const settle: (() => void)[] = []
    try {
      await this.commit(() => {
        for (const job of jobs) settle.push(this.runOne(job))
      }, jobs[0]!.alone)
    } catch (error) {
      this.afterFailure()
      for (const job of jobs) job.reject(error)
      return
    }
    for (const done of settle) done()
  }

  /** The next jobs in order: one that is alone, or all up to the next such one. */
  private takeGroup(): Job[] {
    const alone = this.jobs.findIndex((job) => job.alone)
    return this.jobs.splice(0, alone === -1 ? this.jobs.length : Math.max(alone, 1))
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
