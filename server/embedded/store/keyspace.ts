import { createRequire } from 'node:module'
import type * as Lmdb from 'lmdb'
import { after } from './layout'

// Loaders that compile modules (jiti, in development) break lmdb's search for its binary. `require` does not.
export const { open } = createRequire(import.meta.url)('lmdb') as typeof Lmdb

/** Keys from `low` to just before `high`. */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
}

/** The LMDB file: ordered byte keys with byte values. Writes are allowed inside `transaction` only. */
export class Keyspace {
  private readonly db: Lmdb.RootDatabase<Buffer, Buffer>

  /** @param file the path of the data file; its folder must exist */
  constructor(file: string) {
    this.db = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'binary',
      // With overlapping syncs a commit would return before it is on the disk.
      overlappingSync: false,
      maxDbs: 1,
    })
  }

  get(key: Buffer): Buffer | undefined {
    return this.db.getBinary(key)
  }

  put(key: Buffer, value: Uint8Array): void {
    this.db.putSync(key, value as Buffer)
  }

  remove(key: Buffer): void {
    this.db.removeSync(key)
  }

  /**
   * Up to `limit` keys of a range, copied, with their values if requested. No iterator outlives the call, because its
   * snapshot would become stale, and the next read would overwrite its buffers.
   * @param from continues after this key, in the direction of reading
   */
  scan(
    range: KeyRange,
    options: { limit: number; reverse?: boolean; from?: Buffer; values?: boolean },
  ): { key: Buffer; value?: Buffer }[] {
    const { reverse = false, from, limit } = options
    const bounds = reverse
      ? { start: from ?? range.high, end: range.low, exclusiveStart: true, inclusiveEnd: true, reverse, limit }
      : { start: from ?? range.low, end: range.high, exclusiveStart: from !== undefined, limit }
    if (options.values) return [...this.db.getRange(bounds)]
    return [...this.db.getKeys(bounds)].map((key) => ({ key }))
  }

  /** Counts the keys of a range without copying them. */
  count(range: KeyRange): number {
    return this.db.getKeysCount({ start: range.low, end: range.high })
  }

  /** Removes every key that begins with these bytes. */
  removePrefix(prefix: Buffer): void {
    const range = { low: prefix, high: after(prefix) }
    for (;;) {
      const entries = this.scan(range, { limit: 1000 })
      if (entries.length === 0) return
      for (const { key } of entries) this.db.removeSync(key)
    }
  }

  /** Runs `work` in one transaction and returns when it is on the disk; an exception undoes all of it. */
  transaction<T>(work: () => T): T {
    return this.db.transactionSync(work)
  }

  async close(): Promise<void> {
    await this.db.close()
  }
}
