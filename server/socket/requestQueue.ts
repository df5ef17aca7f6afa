/** The most bytes of waiting frames. Each counts with the overhead of its bookkeeping. */
const MAX_WAITING_BYTES = 1024 * 1024
const FRAME_OVERHEAD_BYTES = 512
/** The most sends that run together, so that they are written together. */
const MAX_TOGETHER = 64

/** One request of a socket. `run` never rejects. */
export interface Task {
  /** Whether it may run at the same time as others of its kind. */
  together: boolean
  run(): Promise<void>
}

/**
 * Runs the requests of one socket one after the other, in their order. Consecutive sends run together. Answers that are
 * prepared at the same time are what would make small frames cost much memory.
 */
export class RequestQueue<F extends { length: number }> {
  private readonly waiting: F[] = []
  private waitingBytes = 0
  private running = 0
  private together = false
  private next: Task | undefined

  /** @param prepare makes the task of a frame, just before its turn */
  constructor(private readonly prepare: (frame: F) => Task) {}

  /** Adds a frame. @returns false when too many bytes wait already */
  add(frame: F): boolean {
    const size = frame.length + FRAME_OVERHEAD_BYTES
    if (this.waitingBytes + size > MAX_WAITING_BYTES) return false
    this.waitingBytes += size
    this.waiting.push(frame)
    this.start()
    return true
  }

  /** Drops the waiting frames. Called when the socket is closed. */
  clear(): void {
    this.waiting.length = 0
    this.waitingBytes = 0
    this.next = undefined
  }

  private start(): void {
    for (;;) {
      this.next ??= this.take()
      if (!this.next) return
      const canJoin = this.together && this.next.together && this.running < MAX_TOGETHER
      if (this.running > 0 && !canJoin) return
      const task = this.next
      this.next = undefined
      this.together = task.together
      this.running++
      void task.run().finally(() => {
        this.running--
        this.start()
      })
    }
  }

  private take(): Task | undefined {
    const frame = this.waiting.shift()
    if (!frame) return undefined
    this.waitingBytes -= frame.length + FRAME_OVERHEAD_BYTES
    return this.prepare(frame)
  }
}
