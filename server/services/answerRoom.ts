import { LIMITS } from '#shared/limits'

/** Most records that are read together: what is read past the end of an answer is thrown away, so it is little. */
const STEP_SIZE = 64

/**
 * The bytes that an answer, or its list, may still take. Limits by count say nothing of its size: a message may be an
 * "ok" or 50 kB. The first thing always has room, so that whoever asks again gets further.
 */
export class AnswerRoom {
  private used = 0

  constructor(private readonly bytes: number) {}

  get left(): number {
    return Math.max(0, this.bytes - this.used)
  }

  /** Takes room for a part of the answer. @returns false where there is none left */
  take(part: unknown): boolean {
    const size = Buffer.byteLength(JSON.stringify(part))
    if (this.used > 0 && this.used + size > this.bytes) {
      this.used = this.bytes
      return false
    }
    this.used += size
    return true
  }
}

export interface Reading<R, P> {
  /** Most items of the answer. */
  limit: number
  room?: AnswerRoom
  /** Records that are read first, where mostly there are few. */
  first?: number
  /** Reads up to `count` records that follow `last`, or the first ones. */
  read(last: R | undefined, count: number): Promise<R[]>
  present(record: R): P
}

/**
 * Reads records in small steps until the answer is full, by count or by bytes, or nothing is left.
 * @returns what goes into the answer, in the order it was read, and whether more follows
 */
export async function readUntilFull<R, P>(reading: Reading<R, P>): Promise<{ items: P[]; hasMore: boolean }> {
  const { limit, room = new AnswerRoom(LIMITS.pageBytes), first = STEP_SIZE, read, present } = reading
  const items: P[] = []
  let last: R | undefined
  let step = first
  for (;;) {
    const count = Math.min(limit + 1 - items.length, step)
    const before = room.left
    const records = await read(last, count)
    for (const record of records) {
      const item = present(record)
      if (items.length === limit || !room.take(item)) return { items, hasMore: true }
      items.push(item)
    }
    if (records.length < count) return { items, hasMore: false }
    last = records.at(-1)
    // As many as will fit if they are like those before.
    const average = (before - room.left) / records.length
    step = Math.min(STEP_SIZE, Math.ceil(room.left / average) + 1)
  }
}
