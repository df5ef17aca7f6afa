import { search } from '../plan/execute'
import type { Collection } from './collection'
import type { Database } from './database'

/** Documents that are removed in one transaction. More would make the other clients wait. */
const BATCH_SIZE = 50

/**
 * Removes the documents that have expired by a TTL index.
 * @param now the current time, for tests
 * @returns how many were removed
 */
export async function removeExpired(database: Database, now = new Date()): Promise<number> {
  let removed = 0
  for (const collection of database.list()) {
    for (const { fields, expireAfterSeconds } of collection.indexes) {
      if (expireAfterSeconds === undefined) continue
      const filter = { [fields[0]!.path]: { $lte: new Date(now.getTime() - expireAfterSeconds * 1000) } }
      for (let last = BATCH_SIZE; last === BATCH_SIZE; removed += last) {
        last = await removeSome(database, collection, filter)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }
  return removed
}

/** Removes one batch. It searches inside the write, because a document may have got a later expiry meanwhile. */
function removeSome(database: Database, collection: Collection, filter: Record<string, unknown>): Promise<number> {
  return database.writeAnyway(() => {
    if (database.find(collection.namespace) !== collection) return 0
    const found = [...search(database, collection, { filter, limit: BATCH_SIZE })].filter(
      (document) => document !== null,
    )
    for (const document of found) collection.remove(document.record, document.doc)
    return found.length
  })
}
