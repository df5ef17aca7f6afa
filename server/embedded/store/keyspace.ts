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

/** LMDB's code for a transaction that cannot be committed. Its error stays until the file is opened anew. */
const BAD_TRANSACTION = -30_782

/**
 * LMDB would have begun a write on an older state of the file, and undone the newest commit without a word. Another process
 * that opens the file, for a backup or to take the store over, sets the number of the newest state without any lock, so a
 * commit of the same moment can be forgotten. It is still in the file, and found when the file is opened anew.
 */
export class StaleState extends Error {
  constructor() {
    super('Another process opened the database file in the moment of a commit. Nothing was written.')
  }
}

/** What a commit compares, and stores instead. Only the first eight bytes are compared, as a number that must be finite. */
export interface Step {
  key: Buffer
  value: Buffer
  next: Buffer
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

  /** Closes the file and opens it anew, for its newest state. No commit may be under way. No reader notices. */
  async reopen(): Promise<void> {
    // It waits for promises that are resolved already, so no other code of the event loop runs meanwhile.
    await this.db.close()
    this.db = openForWriting(this.file)
  }

  /** As `reopen`, before the first `commit`. */
  reopenUnused(): void {
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

  /**
   * Runs `work` in one transaction and returns when it is on the disk; an exception undoes all of it.
   * @throws StaleState
   */
  transaction<T>(work: () => T): T {
    return refusingStale(() =>
      this.db.transactionSync(() => {
        if (this.isStale()) throw new StaleState()
        return work()
      }),
    )
  }

  /**
   * Runs `work` at once, and writes all its changes in one transaction, in another thread. `work` reads its own changes.
   * Everybody else reads what was there before until the changes are on the disk. Only one commit may be under way.
   * @param work when it throws, nothing is written
   * @param step must be found in the same transaction, or nothing is written
   * @returns what the key of the step has now: its old value when nothing was changed
   * @throws StaleState when the step was not found
   */
  async commit(work: () => void, step: Step): Promise<Buffer> {
    const changes = (this.changes = new Changes())
    try {
      work()
    } finally {
      this.changes = undefined
    }
    if (changes.isEmpty) return step.value
    const written = this.db.ifVersion(step.key, step.value.readDoubleLE(0), () => {
      for (const [key, value] of changes) void (value ? this.db.put(key, value) : this.db.remove(key))
      void this.db.put(step.key, step.next)
    })
    const found = await written.catch(async (error: unknown) => refusingStale(throwing(await causeOf(error))))
    if (!found) throw new StaleState()
    return step.next
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

  /** Whether the transaction under way does not follow the newest state in the file. */
  private isStale(): boolean {
    const { env } = this.db as unknown as { env: { getWriteTxnId(): number; info(): { lastTxnId: number } } }
    return env.getWriteTxnId() !== env.info().lastTxnId + 1
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

/** @throws StaleState in place of the error that LMDB has when it notices the state by itself */
function refusingStale<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw (error as { code?: unknown }).code === BAD_TRANSACTION ? new StaleState() : error
  }
}

function throwing(error: unknown): () => never {
  return () => {
    throw error
  }
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
