import type { Source } from './jobs'

/** Bytes that are fetched at a time, and how often at most: what describes a film stands at its beginning or end. */
const WINDOW_BYTES = 64 * 1024
const MAX_READS = 64

/** Looks at a few bytes here and there in a file that may be large and far away. */
export class Window {
  private start = 0
  private bytes: Buffer = Buffer.alloc(0)
  private reads = 0

  constructor(private readonly source: Source) {}

  /** So many bytes from a place on, fewer at the end of the file; null: that is enough looking. */
  async peek(at: number, length: number): Promise<Buffer | null> {
    const end = Math.min(at + length, this.source.size)
    if (at < this.start || end > this.start + this.bytes.length) {
      if (++this.reads > MAX_READS) return null
      this.start = at
      this.bytes = await this.source.read({ start: at, end: Math.min(at + WINDOW_BYTES, this.source.size) - 1 })
    }
    return this.bytes.subarray(at - this.start, end - this.start)
  }
}
