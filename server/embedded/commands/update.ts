import { decode, encode, isDoc, toBoolean, type Doc } from '../bson/document'
import { equal } from '../bson/compare'
import { CommandError, badValue, failedToParse } from '../errors'
import { search, type Found } from '../plan/execute'
import { parseSort } from '../query/sort'
import type { Collection } from '../store/collection'
import type { Database } from '../store/database'
import { isOperators, parseUpdate, type Update } from '../update/apply'
import { documentToInsert } from '../update/upsert'
import { namespaceOf, refuseOptions, type Command } from './context'
import { allNow, filterOf } from './find'
import { runStatements } from './insert'

/** `update`: one, many, upserts. All statements run in one transaction, each document whole or not at all. */
export const update: Command = (command, context) => {
  refuseOptions(command, ['update', 'updates', 'ordered'], 'update')
  const namespace = namespaceOf(command, 'update', context)
  const { updates } = command
  if (!Array.isArray(updates) || updates.length === 0) throw badValue('update needs updates')
  return context.database.write(() => {
    const upserted: Doc[] = []
    let nModified = 0
    const reply = runStatements(updates as Doc[], command.ordered, (statement, index) => {
      const result = runUpdate(context.database, namespace, statement)
      if (result.inserted) upserted.push({ index, _id: result.inserted._id })
      nModified += result.modified
      return result.matched
    })
    return { ...reply, nModified, ...(upserted.length ? { upserted } : {}) }
  })
}

function runUpdate(database: Database, namespace: string, statement: Doc): { matched: number; modified: number; inserted?: Doc } {
  refuseOptions(statement, ['q', 'u', 'multi', 'upsert', 'sort'], 'update')
  const filter = filterOf(statement.q)
  const change = parseUpdate(statement.u)
  const multi = toBoolean(statement.multi)
  if (multi && isDoc(statement.u) && !isOperators(statement.u)) throw failedToParse('multi update is not supported for replacement-style update')
  const collection = database.find(namespace)
  // All are found before the first is changed, or a change could move a document in front of the search again.
  const found = allNow(search(database, collection, { filter, sort: parseSort(statement.sort), limit: multi ? Infinity : 1 }))
  if (found.length === 0 && toBoolean(statement.upsert)) {
    return { matched: 1, modified: 0, inserted: insertForUpsert(database, namespace, filter, statement.u, change) }
  }
  let modified = 0
  for (const document of found) if (changeDocument(collection!, document, change).changed) modified++
  return { matched: found.length, modified }
}

/** Applies an update to a document that was found. @returns the new document, and whether it differs */
export function changeDocument(collection: Collection, found: Found, change: Update): { doc: Doc; changed: boolean } {
  const before = found.doc
  const raw = found.raw!
  // A copy of its own, for the old one tells which index entries go.
  const doc = change(decode(raw), false)
  if (!equal(doc._id, before._id)) {
    throw new CommandError(66, 'ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'")
  }
  const encoded = encode(doc)
  if (encoded.equals(raw)) return { doc, changed: false }
  collection.replace(found.record, before, encoded, doc)
  return { doc, changed: true }
}

/** Inserts what an upsert makes of filter and update. */
export function insertForUpsert(database: Database, namespace: string, filter: Doc, raw: unknown, change: Update): Doc {
  const doc = documentToInsert(filter, raw, change)
  database.ensure(namespace).insert(encode(doc), doc)
  return doc
}
