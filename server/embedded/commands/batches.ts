import type { Doc } from '../bson/document'
import { Found, search } from '../plan/execute'
import { parseFilter } from '../query/filter'
import type { Database } from '../store/database'

/** Documents of one transaction: more would keep everybody else waiting for too long. */
const BATCH = 500

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

/** Of a batch of records those that are still there and still match; for use inside a write. */
export function stillMatching(database: Database, namespace: string, filter: Doc, records: readonly number[]): Found[] {
  const collection = database.find(namespace)
  if (!collection) return []
  const { test } = parseFilter(filter)
  return records.map((record) => new Found(collection, record)).filter((found) => found.raw && test(found.doc))
}
