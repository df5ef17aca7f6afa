import { encode, toInteger, type Doc } from '../bson/document'
import { CommandError } from '../errors'
import type { Findings } from '../plan/execute'
import { rowFromKey } from '../index/keyReader'
import type { Projection } from '../query/projection'
import { Long } from 'bson'

/** The number of rows in the first batch if the client names none. */
const FIRST_BATCH_SIZE = 101
/** The most bytes of a batch: a driver accepts replies of 16 MB, and 16 KiB are left for the reply's other fields. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024 - 16 * 1024
const IDLE_MS = 10 * 60_000

/** Raw rows. A null is a pause in which other connections can be served. */
export type Rows = Generator<Buffer | null, void>

interface Cursor {
  namespace: string
  rows: Rows
  pending?: Buffer
  usedAt: number
  busy: boolean
}

/** Turns the results of a search into raw rows. It leaves out documents that were removed meanwhile. */
export function* rowsOf(findings: Findings, projection?: Projection): Rows {
  for (const found of findings) {
    if (!found) {
      yield null
      continue
    }
    const covered = projection?.names && found.entry && rowFromKey(found.entry, projection.names)
    if (covered) yield covered
    else if (found.raw) yield projection ? projection.pick(found.raw) : found.raw
  }
}

/** Encodes documents as rows. */
export function* encoded(rows: readonly Doc[]): Rows {
  for (const row of rows) yield encode(row)
}

/** The open cursors of the store. */
export class Cursors {
  private readonly open = new Map<string, Cursor>()
  private lastId = 0n

  /**
   * Answers `find` or `aggregate` with the first batch.
   * @param batchSize the number of rows; undefined: 101
   * @param single whether the client wants this batch only
   */
  async first(namespace: string, rows: Rows, batchSize: unknown, single = false): Promise<Buffer> {
    const cursor: Cursor = { namespace, rows, usedAt: Date.now(), busy: false }
    const batch = await fill(cursor, batchSize === undefined ? FIRST_BATCH_SIZE : toInteger(batchSize, 'batchSize'))
    if (!cursor.pending || single) {
      rows.return()
      return cursorReply('firstBatch', batch, namespace, 0n)
    }
    const id = ++this.lastId
    this.open.set(String(id), cursor)
    return cursorReply('firstBatch', batch, namespace, id)
  }

  /** Answers `getMore`. @throws CommandError 43 when the cursor does not exist */
  async next(id: unknown, namespace: string, batchSize: unknown): Promise<Buffer> {
    const cursor = this.open.get(String(id))
    if (!cursor || cursor.namespace !== namespace || cursor.busy)
      throw new CommandError(43, 'CursorNotFound', `cursor id ${String(id)} not found`)
    const size = batchSize === undefined ? 0 : toInteger(batchSize, 'batchSize')
    cursor.busy = true
    const batch = await fill(cursor, size || Infinity).finally(() => {
      cursor.busy = false
      cursor.usedAt = Date.now()
      if (!cursor.pending) this.open.delete(String(id))
    })
    return cursorReply('nextBatch', batch, namespace, cursor.pending ? BigInt(String(id)) : 0n)
  }

  /** Answers `killCursors`. */
  kill(ids: readonly unknown[]): Doc {
    const killed = ids.filter((id) => this.open.delete(String(id)))
    return {
      cursorsKilled: killed,
      cursorsNotFound: ids.filter((id) => !killed.includes(id)),
      cursorsAlive: [],
      cursorsUnknown: [],
      ok: 1,
    }
  }

  /** Closes the cursors that their clients no longer use. */
  sweep(now = Date.now()): void {
    for (const [id, cursor] of this.open) if (now - cursor.usedAt > IDLE_MS) this.open.delete(id)
  }
}

/**
 * Takes rows up to a number and 16 MB. The first row beyond that is kept in `pending`, which also shows that there are
 * more.
 */
async function fill(cursor: Cursor, count: number): Promise<Buffer[]> {
  const batch: Buffer[] = []
  let bytes = 0
  for (;;) {
    const row = cursor.pending ?? cursor.rows.next().value
    if (row === null) {
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    cursor.pending = row ?? undefined
    if (!row || batch.length >= count || (batch.length > 0 && bytes + row.length + 12 > MAX_BATCH_BYTES)) return batch
    batch.push(row)
    bytes += row.length + 12
    cursor.pending = undefined
  }
}

/** `{ cursor: { [batch]: rows, id, ns }, ok: 1 }`, with the rows' bytes spliced in as they are. */
function cursorReply(name: 'firstBatch' | 'nextBatch', rows: readonly Buffer[], namespace: string, id: bigint): Buffer {
  const elements: Buffer[] = []
  rows.forEach((row, i) => elements.push(Buffer.from(`\x03${i}\0`), row))
  const array = wrap(elements)
  const tail = encode({ id: Long.fromBigInt(id), ns: namespace })
  const cursor = wrap([Buffer.from(`\x04${name}\0`), array, tail.subarray(4, -1)])
  return wrap([Buffer.from('\x03cursor\0'), cursor, encode({ ok: 1 }).subarray(4, -1)])
}

/** Joins encoded elements into a document. */
function wrap(elements: readonly Buffer[]): Buffer {
  const length = elements.reduce((sum, element) => sum + element.length, 5)
  const head = Buffer.allocUnsafe(4)
  head.writeInt32LE(length)
  return Buffer.concat([head, ...elements, Buffer.from([0])], length)
}
