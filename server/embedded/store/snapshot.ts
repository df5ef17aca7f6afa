import type * as Lmdb from 'lmdb'
import { open, type Keyspace } from './keyspace'
import type { Entry, KeyRange, ScanOptions } from './layout'

/**
 * A store as it was at one moment, for reading. It may be a store that another process owns and writes to, which is not
 * blocked. While the snapshot is open, the file keeps what it reads, and grows by what is written meanwhile.
 */
export class Snapshot implements Pick<Keyspace, 'get' | 'scan' | 'count'> {
  private readonly db: Lmdb.RootDatabase<Buffer, Buffer>
  private readonly transaction: Lmdb.Transaction

  /** @param file the data file, which must exist and be whole (`refuseDamaged`) */
  constructor(file: string) {
    this.db = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'binary',
      maxDbs: 1,
      readOnly: true,
    })
    this.transaction = this.db.useReadTransaction()
  }

  get(key: Buffer): Buffer | undefined {
    return this.db.get(key, { transaction: this.transaction })
  }

  scan(range: KeyRange, { limit, from, values }: Omit<ScanOptions, 'reverse'>): Entry[] {
    const bounds = {
      start: from ?? range.low,
      end: range.high,
      exclusiveStart: from !== undefined,
      limit,
      transaction: this.transaction,
    }
    if (values) return [...this.db.getRange(bounds)]
    return [...this.db.getKeys(bounds)].map((key) => ({ key }))
  }

  count(range: KeyRange): number {
    return this.db.getKeysCount({ start: range.low, end: range.high, transaction: this.transaction })
  }

  async close(): Promise<void> {
    this.transaction.done()
    await this.db.close()
  }
}

/**
 * Copies a store with LMDB's own function, as it is at one moment. Its owner may go on writing.
 * @param file the data file
 * @param to where the copy goes; it must not exist
 * @param compact leave out free pages, which takes longer
 */
export async function copyStore(file: string, to: string, compact = false): Promise<void> {
  const db = open<Buffer, Buffer>({
    path: file,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    maxDbs: 1,
    readOnly: true,
  })
  try {
    await db.backup(to, compact)
  } finally {
    await db.close()
  }
}
