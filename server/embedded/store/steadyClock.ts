/** Milliseconds for which a clock must have been steady before anything expires by it. */
const STEADY_MS = 10 * 60_000
/**
 * Milliseconds by which a clock may jump between two checks and still count as steady, because NTP corrects as much.
 */
const TOLERANCE_MS = 5_000

/**
 * Compares the wall clock with a monotonic one. A wall clock that jumps, for example one that is a day ahead for a
 * minute, must not expire anything; nor may one that has not been watched yet.
 */
export class SteadyClock {
  private readonly wall: () => number
  private readonly monotonic: () => number
  private offset: number
  private steadySince: number

  /** @param wall milliseconds, which may jump @param monotonic milliseconds, which never jump */
  constructor(wall = () => Date.now(), monotonic = () => performance.now()) {
    this.wall = wall
    this.monotonic = monotonic
    this.steadySince = monotonic()
    this.offset = wall() - this.steadySince
  }

  /** Checks the clock. Call it about once a minute. @returns whether it has been steady for long enough */
  isSteady(): boolean {
    const now = this.monotonic()
    const offset = this.wall() - now
    if (Math.abs(offset - this.offset) > TOLERANCE_MS) this.steadySince = now
    this.offset = offset
    return now - this.steadySince >= STEADY_MS
  }
}
