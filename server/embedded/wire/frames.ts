/** The most bytes of a message from a driver. `hello` announces it. */
export const MAX_MESSAGE_BYTES = 48_000_000

const HEADER_BYTES = 16

/** Splits a byte stream into wire messages. */
export class Frames {
  private chunks: Buffer[] = []
  private length = 0

  /**
   * Takes received bytes and returns the messages that are complete.
   * @throws Error when a message announces an impossible length, because its end cannot be known then
   */
  add(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk)
    this.length += chunk.length
    const messages: Buffer[] = []
    for (let size = this.nextSize(); size !== undefined && this.length >= size; size = this.nextSize()) {
      const bytes = this.joined()
      messages.push(bytes.subarray(0, size))
      this.length -= size
      this.chunks = this.length ? [bytes.subarray(size)] : []
    }
    return messages
  }

  private nextSize(): number | undefined {
    if (this.length < 4) return undefined
    const first = this.chunks[0]!.length < 4 ? this.joined() : this.chunks[0]!
    const size = first.readInt32LE(0)
    if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES) throw new Error(`A wire message of ${size} bytes`)
    return size
  }

  private joined(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)]
    return this.chunks[0]!
  }
}
