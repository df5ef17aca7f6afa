import { AppError } from '#shared/errors'

/** Seconds after which whoever finds the line full may come again. */
const RETRY_AFTER_S = 1

interface Line {
  running: number
  waiting: (() => void)[]
}

/** Lets so many pieces of work of each key run at once, and so many more wait for their turn. */
export class Turns {
  private readonly lines = new Map<string, Line>()

  constructor(private readonly bounds: { width: number; waiting: number }) {}

  /**
   * Does the work when its turn has come, in the order of asking.
   * @param key whose work it is
   * @throws AppError RATE_LIMITED where too many wait already, and what the work throws
   */
  async run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const line = this.lines.get(key) ?? { running: 0, waiting: [] }
    this.lines.set(key, line)
    if (line.running >= this.bounds.width) {
      if (line.waiting.length >= this.bounds.waiting) throw new AppError('RATE_LIMITED', { retryAfter: RETRY_AFTER_S })
      await new Promise<void>((start) => line.waiting.push(start))
    } else {
      line.running++
    }
    try {
      return await work()
    } finally {
      this.handOn(key, line)
    }
  }

  /** The turn goes to the next who waits, or is free. */
  private handOn(key: string, line: Line): void {
    const next = line.waiting.shift()
    if (next) return next()
    line.running--
    if (line.running === 0) this.lines.delete(key)
  }
}
