/** Milliseconds after which an earlier speed counts for a third. */
const WINDOW_MS = 5_000
/** Shorter spans tell of chance, not of speed. */
const SAMPLE_INTERVAL_MS = 250

/** How fast bytes go, without jumping about. */
export class Speedometer {
  /** Bytes a second. */
  speed = 0
  private bytes = 0
  private measured = false

  constructor(private since: number) {}

  /** So many more bytes have gone. */
  add(bytes: number): void {
    this.bytes += Math.max(0, bytes)
  }

  /** Takes the time that has passed into account. */
  sample(now: number): void {
    const elapsed = now - this.since
    if (elapsed < SAMPLE_INTERVAL_MS) return
    const rate = (this.bytes / elapsed) * 1_000
    this.speed += (this.measured ? 1 - Math.exp(-elapsed / WINDOW_MS) : 1) * (rate - this.speed)
    this.measured ||= this.bytes > 0
    this.bytes = 0
    this.since = now
  }

  /** Null as long as that cannot be said. */
  secondsLeft(bytes: number): number | null {
    return this.speed >= 1 ? Math.ceil(bytes / this.speed) : null
  }
}
