import { AppError } from '#shared/errors'

interface Waiting {
  start: () => void
  refuse: (error: AppError) => void
}

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_S = 2

/**
 * Runs costly jobs, a few at once. It takes turns between lanes, so that those who ask for many jobs wait longest. When
 * too many wait, the newest job of the longest lane is refused.
 */
export class FairQueue {
  /** The waiting jobs by lane, in the order of the lanes' turns. */
  private readonly lanes = new Map<string, Waiting[]>()
  private waiting = 0
  private running = 0

  /** @param bounds `tooMany` is the message of a refusal */
  constructor(private readonly bounds: { atOnce: number; maxWaiting: number; tooMany?: string }) {}

  /**
   * Runs a job when it is its turn.
   * @param lane who asks: an address or a person
   * @throws AppError UNAVAILABLE when too many jobs wait; what `job` throws
   */
  async run<T>(lane: string, job: () => Promise<T>): Promise<T> {
    await this.turnOf(lane)
    try {
      return await job()
    } finally {
      this.running--
      this.startNext()
    }
  }

  private turnOf(lane: string): Promise<void> {
    return new Promise((start, refuse) => {
      const own = this.lanes.get(lane) ?? []
      own.push({ start, refuse })
      this.lanes.set(lane, own)
      this.waiting++
      if (this.running < this.bounds.atOnce) this.startNext()
      else if (this.waiting > this.bounds.maxWaiting) this.refuseOne()
    })
  }

  private startNext(): void {
    const [first] = this.lanes
    if (!first) return
    const [lane, own] = first
    const next = own.shift()!
    this.lanes.delete(lane)
    if (own.length > 0) this.lanes.set(lane, own)
    this.waiting--
    this.running++
    next.start()
  }

  private refuseOne(): void {
    const [lane, longest] = [...this.lanes].reduce((best, entry) => (entry[1].length > best[1].length ? entry : best))
    longest.pop()!.refuse(new AppError('UNAVAILABLE', { message: this.bounds.tooMany, retryAfter: RETRY_AFTER_S }))
    if (longest.length === 0) this.lanes.delete(lane)
    this.waiting--
  }
}
