import type { Source } from './protocol'

/** The bytes of one read, and the most reads. A video's metadata is at its beginning or its end. */
const WINDOW_BYTES = 64 * 1024
const MAX_READS = 64

/** Reads a few bytes here and there in a file that may be large and remote. */
export class Window {
  private start = 0
  private bytes: Buffer = Buffer.alloc(0)
  private reads = 0

  constructor(private readonly source: Source) {}

  /** Reads `length` bytes at an offset, fewer at the end of the file. Null: there were too many reads. */
  async peek(offset: number, length: number): Promise<Buffer | null> {
    const end = Math.min(offset + length, this.source.size)
    if (offset < this.start || end > this.start + this.bytes.length) {
      if (++this.reads > MAX_READS) return null
      this.start = offset
      this.bytes = await this.source.read({ start: offset, end: Math.min(offset + WINDOW_BYTES, this.source.size) - 1 })
    }
    return this.bytes.subarray(offset - this.start, end - this.start)
  }
}
