import type { Doc } from '../bson/document'
import { Found, search } from '../plan/execute'
import { parseFilter } from '../query/filter'
import type { Collection } from '../store/collection'
import type { Database } from '../store/database'

/** Records in one batch of a search. */
const BATCH_SIZE = 500
/** The bounds of one transaction. A larger one would make the other clients wait for too long. */
const MAX_DOCUMENTS = 100
const MAX_WORK_MS = 5

/** Finds the records that match a filter, in batches. Other connections are served between two batches. */
export async function* recordsOf(database: Database, namespace: string, filter: Doc): AsyncGenerator<number[], void> {
  let batch: number[] = []
  for (const found of search(database, database.find(namespace), { filter })) {
    if (!found) await new Promise((resolve) => setImmediate(resolve))
    else if (batch.push(found.record) === BATCH_SIZE) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

/**
 * Changes the records that still exist and still match, in transactions of a few milliseconds each. Commands that arrive
 * meanwhile are answered before the next transaction. While they keep arriving, they get at least half of the time.
 * @param write runs one transaction
 * @param change changes one document, inside a transaction
 */
export async function changeInTurns(
  database: Database,
  namespace: string,
  filter: Doc,
  records: readonly number[],
  write: <T>(run: () => T) => Promise<T>,
  change: (collection: Collection, found: Found) => void,
): Promise<void> {
  const { test } = parseFilter(filter)
  for (let next = 0; next < records.length;) {
    const began = performance.now()
    const { asked } = database
    next = await write(() => {
      const collection = database.find(namespace)
      if (!collection) return records.length
      const until = performance.now() + MAX_WORK_MS
      const last = Math.min(next + MAX_DOCUMENTS, records.length)
      let i = next
      do {
        const found = new Found(collection, records[i++]!)
        if (found.raw && test(found.doc)) change(collection, found)
      } while (i < last && performance.now() < until)
      return i
    })
    const took = performance.now() - began
    // Commands that arrived while the transaction held the thread are read from their sockets first.
    await new Promise((resolve) => setImmediate(resolve))
    if (database.asked !== asked) await new Promise((resolve) => setTimeout(resolve, took))
  }
}
