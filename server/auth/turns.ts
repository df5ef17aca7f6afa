import { AppError } from '#shared/errors'

/** Seconds after which a caller that found the queue full may try again. */
const RETRY_AFTER_S = 1

interface Queue {
  running: number
  waiting: (() => void)[]
}

/** For each key, runs at most `width` pieces of work at once, and lets at most `waiting` more wait. */
export class Turns {
  private readonly queues = new Map<string, Queue>()

  constructor(private readonly bounds: { width: number; waiting: number }) {}

  /**
   * Runs `work` when it is its turn, in the order of the calls.
   * @param key whose work it is
   * @throws AppError RATE_LIMITED when too many wait already; what `work` throws
   */
  async run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const queue = this.queues.get(key) ?? { running: 0, waiting: [] }
    this.queues.set(key, queue)
    if (queue.running >= this.bounds.width) {
      if (queue.waiting.length >= this.bounds.waiting) throw new AppError('RATE_LIMITED', { retryAfter: RETRY_AFTER_S })
      await new Promise<void>((start) => queue.waiting.push(start))
    } else {
      queue.running++
    }
    try {
      return await work()
    } finally {
      this.handOn(key, queue)
    }
  }

  /** Gives the turn to the next one that waits. */
  private handOn(key: string, queue: Queue): void {
    const next = queue.waiting.shift()
    if (next) return next()
    queue.running--
    if (queue.running === 0) this.queues.delete(key)
  }
}
