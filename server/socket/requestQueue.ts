/** Bytes of frames that may wait, each counted with what its bookkeeping takes. */
const MAX_WAITING_BYTES = 1024 * 1024
const FRAME_OVERHEAD_BYTES = 512
/** Sends that may be under way together: they are written together. */
const MAX_TOGETHER = 64

/** One request of a socket. `run` never rejects. */
export interface Task {
  /** Whether it may run beside others of its kind. */
  together: boolean
  run(): Promise<void>
}

/**
 * Does the requests of one socket one after the other, in their order; sends that follow one another go together.
 * Answers that are under way at once are what makes a small frame cost much memory.
 */
export class RequestQueue<F extends { length: number }> {
  private readonly waiting: F[] = []
  private waitingBytes = 0
  private running = 0
  private together = false
  private next: Task | undefined

  /** @param prepare looks at a frame whose turn is near */
  constructor(private readonly prepare: (frame: F) => Task) {}

  /** Adds a frame. @returns false where too much waits already */
  add(frame: F): boolean {
    const size = frame.length + FRAME_OVERHEAD_BYTES
    if (this.waitingBytes + size > MAX_WAITING_BYTES) return false
    this.waitingBytes += size
    this.waiting.push(frame)
    this.start()
    return true
  }

  /** Forgets what waits: its socket is gone. */
  clear(): void {
    this.waiting.length = 0
    this.waitingBytes = 0
    this.next = undefined
  }

  private start(): void {
    for (;;) {
      this.next ??= this.take()
      if (!this.next) return
      const joins = this.together && this.next.together && this.running < MAX_TOGETHER
      if (this.running > 0 && !joins) return
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
