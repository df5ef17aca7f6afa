interface Window<T> {
  /** The merged values since the last write of this key. */
  next: T | null
  /** Resolves when `next` is written. */
  written: Promise<void> | null
}

/**
 * Collects values by key. The first value is written at once. Those that follow within the window are merged into one,
 * which is written when the window ends. Values of different keys that are due in the same turn of the event loop are
 * written together.
 */
export class Collected<T> {
  private readonly windows = new Map<string, Window<T>>()
  private due: T[] = []
  private writing: Promise<void> | null = null

  /**
   * @param milliseconds length of the window
   * @param merge combines two values of the same key
   * @param write writes values of different keys
   */
  constructor(
    private readonly milliseconds: number,
    private readonly merge: (one: T, other: T) => T,
    private readonly write: (values: readonly T[]) => Promise<void>,
  ) {}

  /** Resolves when the value, or the one that it was merged into, is written. Rejects when the write fails. */
  add(key: string, value: T): Promise<void> {
    const open = this.windows.get(key)
    if (!open) {
      const opened: Window<T> = { next: null, written: null }
      this.windows.set(key, opened)
      this.scheduleClose(key, opened)
      return this.writeSoon(value)
    }
    open.next = open.next === null ? value : this.merge(open.next, value)
    open.written ??= new Promise<void>((resolve) => setTimeout(resolve, this.milliseconds)).then(() => {
      const last = open.next!
      Object.assign(open, { next: null, written: null })
      return this.writeSoon(last)
    })
    return open.written
  }

  private scheduleClose(key: string, open: Window<T>): void {
    setTimeout(() => {
      if (open.written) this.scheduleClose(key, open)
      else this.windows.delete(key)
    }, this.milliseconds).unref()
  }

  private writeSoon(value: T): Promise<void> {
    this.due.push(value)
    this.writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const values = this.due
      this.due = []
      this.writing = null
      return this.write(values)
    })
    return this.writing
  }
}
