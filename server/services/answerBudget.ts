import { LIMITS } from '#shared/limits'

/** The most records in one read. It is small because records that no longer fit into the answer were read in vain. */
const STEP_SIZE = 64

/**
 * Counts the bytes of an answer, or of the list in it, against a limit. A limit on the number of items does not bound
 * the size: a message may be an "ok" or 50 kB. The first part always fits, so that asking again makes progress.
 */
export class AnswerBudget {
  private used = 0

  constructor(private readonly bytes: number) {}

  get left(): number {
    return Math.max(0, this.bytes - this.used)
  }

  /** Adds the size of one part of the answer, in JSON. @returns false when the part no longer fits; then none does */
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
  /** The most items in the answer. */
  limit: number
  budget?: AnswerBudget
  /** How many records the first read asks for, where there are usually few. */
  first?: number
  /** Reads up to `count` records that follow `last`; without `last`, the first ones. */
  read(last: R | undefined, count: number): Promise<R[]>
  present(record: R): P
}

/**
 * Reads records in small steps until the answer is full, by count or by bytes, or there are no more records.
 * @returns the presented records in the order they were read, and whether more follow
 */
export async function readUntilFull<R, P>(reading: Reading<R, P>): Promise<{ items: P[]; hasMore: boolean }> {
  const { limit, budget = new AnswerBudget(LIMITS.pageBytes), first = STEP_SIZE, read, present } = reading
  const items: P[] = []
  let last: R | undefined
  let step = first
  for (;;) {
    const count = Math.min(limit + 1 - items.length, step)
    const before = budget.left
    const records = await read(last, count)
    for (const record of records) {
      const item = present(record)
      if (items.length === limit || !budget.take(item)) return { items, hasMore: true }
      items.push(item)
    }
    if (records.length < count) return { items, hasMore: false }
    last = records.at(-1)
    // As many as fit if they are about as large as the ones before.
    const average = (before - budget.left) / records.length
    step = Math.min(STEP_SIZE, Math.ceil(budget.left / average) + 1)
  }
}
