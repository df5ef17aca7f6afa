import { AppError } from '#shared/errors'

interface Waiting {
  start: () => void
  refuse: (error: AppError) => void
}

/** Seconds after which one who was refused may try again. */
const RETRY_AFTER_S = 2

/**
 * Runs costly jobs, few at once and in turn between those who asked, so that whoever asks for many waits longest.
 * When too many wait, the newest of whoever has most waiting is refused.
 */
export class FairQueue {
  /** By who asked, in the order of their turns. */
  private readonly lanes = new Map<string, Waiting[]>()
  private waiting = 0
  private running = 0

  /** @param bounds `tooMany`: what whoever is refused is told */
  constructor(private readonly bounds: { atOnce: number; maxWaiting: number; tooMany?: string }) {}

  /**
   * Runs a job when its turn has come.
   * @param lane who asks: an address, a person
   * @throws AppError UNAVAILABLE when too many wait
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
    const [lane, longest] = [...this.lanes].reduce((most, one) => (one[1].length > most[1].length ? one : most))
    longest.pop()!.refuse(new AppError('UNAVAILABLE', { message: this.bounds.tooMany, retryAfter: RETRY_AFTER_S }))
    if (longest.length === 0) this.lanes.delete(lane)
    this.waiting--
  }
}
