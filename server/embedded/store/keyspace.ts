import { createRequire } from 'node:module'
import type * as Lmdb from 'lmdb'
import { Changes } from './changes'
import { after, type Entry, type KeyRange, type ScanOptions } from './layout'

// Loaders that compile modules (jiti, in development) break lmdb's search for its binary. `require` does not.
export const { open } = createRequire(import.meta.url)('lmdb') as typeof Lmdb

// lmdb rejects the promise of a failed commit, and prints the error too, which would stand outside the log.
const { error: print } = console
console.error = (...printed: unknown[]) => {
  if (!isOfLmdb(printed[0])) print(...printed)
}

/** Whether lmdb made an error: a plain Error with a number as its code. */
function isOfLmdb(error: unknown): boolean {
  return error instanceof Error && error.constructor === Error && 'code' in error && typeof error.code === 'number'
}

/** The LMDB file: ordered byte keys with byte values. Writes are allowed inside `commit` and `transaction` only. */
export class Keyspace {
  private db: Lmdb.RootDatabase<Buffer, Buffer>
  private readonly file: string
  /** The changes of a `commit`, while its work runs. */
  private changes: Changes | undefined

  /** @param file the path of the data file; its folder must exist */
  constructor(file: string) {
    this.file = file
    this.db = openForWriting(file)
  }

  /** Closes the file and opens it anew, which ends an error that stays. No commit may be under way. */
  reopen(): void {
    void this.db.close()
    this.db = openForWriting(this.file)
  }

  get(key: Buffer): Buffer | undefined {
    const changed = this.changes?.get(key)
    return changed === undefined ? this.db.getBinary(key) : (changed ?? undefined)
  }

  put(key: Buffer, value: Buffer): void {
    if (this.changes) this.changes.put(key, value)
    else this.db.putSync(key, value)
  }

  remove(key: Buffer): void {
    if (this.changes) this.changes.remove(key)
    else this.db.removeSync(key)
  }

  /**
   * Up to `limit` keys of a range, copied, with their values if requested. No iterator outlives the call, because its
   * snapshot would become stale, and the next read would overwrite its buffers.
   * @param from continues after this key, in the direction of reading
   */
  scan(range: KeyRange, options: ScanOptions): Entry[] {
    const stored = (limit: number): Entry[] => this.scanFile(range, { ...options, limit })
    return this.changes ? this.changes.scan(range, options, stored) : stored(options.limit)
  }

  /** Counts the keys of a range without copying them. */
  count(range: KeyRange): number {
    let count = this.db.getKeysCount({ start: range.low, end: range.high })
    for (const [key, value] of this.changes?.within(range) ?? [])
      count += Number(value !== null) - Number(this.db.doesExist(key))
    return count
  }

  /** Removes every key that begins with these bytes. */
  removePrefix(prefix: Buffer): void {
    const range = { low: prefix, high: after(prefix) }
    for (;;) {
      const entries = this.scan(range, { limit: 1000 })
      if (entries.length === 0) return
      for (const { key } of entries) this.remove(key)
    }
  }

  /** Runs `work` in one transaction and returns when it is on the disk; an exception undoes all of it. */
  transaction<T>(work: () => T): T {
    return this.db.transactionSync(work)
  }

  /**
   * Runs `work` at once, and writes all its changes in one transaction, in another thread. `work` reads its own changes.
   * Everybody else reads what was there before until the changes are on the disk. Only one commit may be under way.
   * @param work when it throws, nothing is written
   * @param guard a key and the value that it must have in the same transaction, or nothing is written. Only the first
   *   eight bytes are compared, as a number that must be finite.
   * @returns whether the guard let it through
   */
  async commit(work: () => void, guard: { key: Buffer; value: Buffer }): Promise<boolean> {
    const changes = (this.changes = new Changes())
    try {
      work()
    } finally {
      this.changes = undefined
    }
    if (changes.isEmpty) return true
    try {
      return await this.db.ifVersion(guard.key, guard.value.readDoubleLE(0), () => {
        for (const [key, value] of changes) void (value ? this.db.put(key, value) : this.db.remove(key))
      })
    } catch (error) {
      throw await causeOf(error)
    }
  }

  /** Whether transactions can begin. After some errors of a commit, LMDB refuses all others until it is opened anew. */
  canWrite(): boolean {
    try {
      this.transaction(() => {})
      return true
    } catch {
      return false
    }
  }

  async close(): Promise<void> {
    await this.db.close()
  }

  private scanFile(range: KeyRange, { limit, reverse = false, from, values }: ScanOptions): Entry[] {
    const bounds = reverse
      ? { start: from ?? range.high, end: range.low, exclusiveStart: true, inclusiveEnd: true, reverse, limit }
      : { start: from ?? range.low, end: range.high, exclusiveStart: from !== undefined, limit }
    if (values) return [...this.db.getRange(bounds)]
    return [...this.db.getKeys(bounds)].map((key) => ({ key }))
  }
}

function openForWriting(path: string): Lmdb.RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({
    path,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    // With overlapping syncs a commit would return before it is on the disk.
    overlappingSync: false,
    // lmdb's thread starts a transaction only when it has all of it. One that waited for the rest would keep the process
    // from ending when this thread is ended.
    batchStartThreshold: Infinity,
    // Event turn batching makes a second promise for each commit, whose rejection nobody could catch.
    eventTurnBatching: false,
    maxDbs: 1,
  } as Lmdb.RootDatabaseOptionsWithPath)
}

/** LMDB's own error of a commit that failed, which comes beside the one that says so. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<never> }).commitError
    return error
  } catch (cause) {
    return cause
  }
}
