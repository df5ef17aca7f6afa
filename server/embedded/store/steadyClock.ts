/** Milliseconds for which a clock must have gone right before anything is removed by it. */
const STEADY_MS = 10 * 60_000
/** Milliseconds by which a clock may be set between two looks and still count as steady: what NTP corrects at a time. */
const TOLERANCE_MS = 5_000

/**
 * Watches the wall clock beside one that nobody can set. A wall clock that jumps, as one that is a day ahead for a
 * minute does twice, says nothing about what is over; nor does one that has not been watched yet.
 */
export class SteadyClock {
  private readonly wall: () => number
  private readonly monotonic: () => number
  private offset: number
  private steadySince: number

  /** @param wall milliseconds that may jump @param monotonic milliseconds that only go on */
  constructor(wall = () => Date.now(), monotonic = () => performance.now()) {
    this.wall = wall
    this.monotonic = monotonic
    this.steadySince = monotonic()
    this.offset = wall() - this.steadySince
  }

  /** Looks at the clock; call it about once a minute. @returns whether it has been steady for long enough */
  isSteady(): boolean {
    const now = this.monotonic()
    const offset = this.wall() - now
    if (Math.abs(offset - this.offset) > TOLERANCE_MS) this.steadySince = now
    this.offset = offset
    return now - this.steadySince >= STEADY_MS
  }
}
