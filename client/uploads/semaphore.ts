/** Parts that are sent at the same time, over all uploads of a tab. */
export const PARTS_AT_ONCE = 3

/** Bounds how many tasks run at the same time. Whoever has the lowest `order` goes next. */
export class Semaphore {
  private readonly waiting: { order: number; start: () => void }[] = []

  constructor(private free: number) {}

  /** Waits for a free slot. @returns a function that releases it. Rejects when the signal aborts first. */
  take(order: number, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1)
        reject(signal.reason)
      }
      const start = () => {
        signal.removeEventListener('abort', giveUp)
        this.free--
        resolve(this.releaser())
      }
      const waiter = { order, start }
      if (this.free > 0) return start()
      signal.addEventListener('abort', giveUp, { once: true })
      const behind = this.waiting.findIndex((other) => other.order > order)
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, waiter)
    })
  }

  private releaser(): () => void {
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.free++
      this.waiting.shift()?.start()
    }
  }
}
