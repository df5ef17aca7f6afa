import { search } from '../plan/execute'
import type { Collection } from './collection'
import type { Database } from './database'

/** Removing more than this at once would hold up everybody else. */
const BATCH = 50

/**
 * Removes the documents whose TTL index says that their time is over.
 * @param now the present, for tests
 * @returns how many were removed
 */
export async function removeExpired(database: Database, now = new Date()): Promise<number> {
  let removed = 0
  for (const collection of database.list()) {
    for (const { fields, expireAfterSeconds } of collection.indexes) {
      if (expireAfterSeconds === undefined) continue
      const filter = { [fields[0]!.path]: { $lte: new Date(now.getTime() - expireAfterSeconds * 1000) } }
      for (let last = BATCH; last === BATCH; removed += last) {
        last = await removeSome(database, collection, filter)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }
  return removed
}

/** The filter is asked again inside the write, since a document may have got a new lease meanwhile. */
function removeSome(database: Database, collection: Collection, filter: Record<string, unknown>): Promise<number> {
  return database.writeAnyway(() => {
    if (database.find(collection.namespace) !== collection) return 0
    const found = [...search(database, collection, { filter, limit: BATCH })].filter((document) => document !== null)
    for (const document of found) collection.remove(document.record, document.doc)
    return found.length
  })
}
