/** Milliseconds after which an earlier speed counts for a third. */
const WINDOW_MS = 5_000
/** Shorter spans, in milliseconds, would measure chance and not speed. */
const SAMPLE_INTERVAL_MS = 250

/** Measures the speed of an upload, smoothed. */
export class Speedometer {
  /** Bytes a second. */
  speed = 0
  private bytes = 0
  private measured = false

  constructor(private since: number) {}

  /** Adds bytes that were sent. */
  add(bytes: number): void {
    this.bytes += Math.max(0, bytes)
  }

  /** Updates the speed by the time that has passed. */
  sample(now: number): void {
    const elapsed = now - this.since
    if (elapsed < SAMPLE_INTERVAL_MS) return
    const rate = (this.bytes / elapsed) * 1_000
    this.speed += (this.measured ? 1 - Math.exp(-elapsed / WINDOW_MS) : 1) * (rate - this.speed)
    this.measured ||= this.bytes > 0
    this.bytes = 0
    this.since = now
  }

  /** Null while the speed is not known. */
  secondsLeft(bytes: number): number | null {
    return this.speed >= 1 ? Math.ceil(bytes / this.speed) : null
  }
}
