/** A few places for what may be done at the same time; who began first gets the next one. */
export class Slots {
  private readonly waiting: { order: number; start: () => void }[] = []

  constructor(private free: number) {}

  /** Waits for a place. @returns gives it back. Rejects when the signal aborts first. */
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
        resolve(this.giverBack())
      }
      const waiter = { order, start }
      if (this.free > 0) return start()
      signal.addEventListener('abort', giveUp, { once: true })
      const behind = this.waiting.findIndex((other) => other.order > order)
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, waiter)
    })
  }

  private giverBack(): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      this.free++
      this.waiting.shift()?.start()
    }
  }
}
