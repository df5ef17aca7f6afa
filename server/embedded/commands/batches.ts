import type { Doc } from '../bson/document'
import { Found, search } from '../plan/execute'
import { parseFilter } from '../query/filter'
import type { Collection } from '../store/collection'
import type { Database } from '../store/database'

/** Records that are looked for at once. */
const BATCH = 500
/** What one transaction does at most: more would keep everybody else waiting for too long. */
const MAX_DOCUMENTS = 100
const MAX_WORK_MS = 5

/** Everything that a filter finds, by record, in batches; other connections have their turn in between. */
export async function* recordsOf(database: Database, namespace: string, filter: Doc): AsyncGenerator<number[], void> {
  let batch: number[] = []
  for (const found of search(database, database.find(namespace), { filter })) {
    if (!found) await new Promise((resolve) => setImmediate(resolve))
    else if (batch.push(found.record) === BATCH) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

/**
 * Changes those of the records that are still there and still match, in transactions of a few milliseconds each. Whoever
 * asked meanwhile is answered before the next one, and while others ask, they have at least half of the time.
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
    // What came in while the thread was held is read from the sockets before this goes on.
    await new Promise((resolve) => setImmediate(resolve))
    if (database.asked !== asked) await new Promise((resolve) => setTimeout(resolve, took))
  }
}
