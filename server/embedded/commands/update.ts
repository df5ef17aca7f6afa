import { decode, encode, toBoolean, type Doc } from '../bson/document'
import { equal } from '../bson/compare'
import { CommandError, badValue } from '../errors'
import { search, type Found } from '../plan/execute'
import type { Collection } from '../store/collection'
import type { Database } from '../store/database'
import { parseUpdate, type Update } from '../update/apply'
import { documentToInsert } from '../update/upsert'
import { namespaceOf, refuseOptions, type Command } from './context'
import { changeInTurns, recordsOf } from './batches'
import { filterOf, firstNow } from './find'
import { runEach, runStatements } from './insert'

interface Statement {
  filter: Doc
  change: Update
  multi: boolean
  upsert: boolean
}
interface Result {
  matched: number
  modified: number
  inserted?: Doc
}

/**
 * `update`: one document, many documents, or an upsert. Statements about one document share a transaction. A statement
 * about many documents runs in batches; each document changes completely or not at all.
 */
export const update: Command = async (command, context) => {
  refuseOptions(command, ['update', 'updates', 'ordered'], 'update')
  const namespace = namespaceOf(command, 'update', context)
  const { updates } = command
  if (!Array.isArray(updates) || updates.length === 0) throw badValue('update needs updates')
  const { database } = context
  const results = new Map<number, Result>()
  const run = (statement: Doc, index: number): number => {
    const result = updateOne(database, namespace, parseStatement(statement))
    results.set(index, result)
    return result.matched
  }
  const isMulti = (updates as Doc[]).some(({ multi }) => toBoolean(multi))
  const reply = isMulti
    ? await runEach(updates as Doc[], command.ordered, async (statement, index) => {
        const parsed = parseStatement(statement)
        results.set(
          index,
          parsed.multi
            ? await updateMany(database, namespace, parsed)
            : await database.write(() => updateOne(database, namespace, parsed)),
        )
        return results.get(index)!.matched
      })
    : await database.write(() => {
        results.clear()
        return runStatements(updates as Doc[], command.ordered, run)
      })
  const upserted = [...results].flatMap(([index, { inserted }]) => (inserted ? [{ index, _id: inserted._id }] : []))
  const nModified = [...results.values()].reduce((sum, { modified }) => sum + modified, 0)
  return { ...reply, nModified, ...(upserted.length ? { upserted } : {}) }
}

function parseStatement(statement: Doc): Statement {
  refuseOptions(statement, ['q', 'u', 'multi', 'upsert'], 'update')
  return {
    filter: filterOf(statement.q),
    change: parseUpdate(statement.u),
    multi: toBoolean(statement.multi),
    upsert: toBoolean(statement.upsert),
  }
}

function updateOne(database: Database, namespace: string, { filter, change, upsert }: Statement): Result {
  const collection = database.find(namespace)
  const found = firstNow(search(database, collection, { filter, limit: 1 }))
  if (found) return { matched: 1, modified: changeDocument(collection!, found, change).changed ? 1 : 0 }
  return upsert
    ? { matched: 1, modified: 0, inserted: insertForUpsert(database, namespace, filter, change) }
    : { matched: 0, modified: 0 }
}

async function updateMany(database: Database, namespace: string, statement: Statement): Promise<Result> {
  const { filter, change, upsert } = statement
  // The search ends before the first change. Otherwise a change could move a document ahead of it, to be found again.
  const batches: number[][] = []
  for await (const batch of recordsOf(database, namespace, filter)) batches.push(batch)
  let matched = 0
  let modified = 0
  for (const records of batches) {
    await changeInTurns(
      database,
      namespace,
      filter,
      records,
      (run) => database.write(run),
      (collection, found) => {
        matched++
        if (changeDocument(collection, found, change).changed) modified++
      },
    )
  }
  return matched === 0 && upsert
    ? database.write(() => updateOne(database, namespace, statement))
    : { matched, modified }
}

/** Applies an update to a found document. @returns the new document, and whether it differs */
export function changeDocument(collection: Collection, found: Found, change: Update): { doc: Doc; changed: boolean } {
  const before = found.doc
  const raw = found.raw!
  // A copy, because the old document is still needed to find the index entries to remove.
  const doc = change(decode(raw), false)
  if (!equal(doc._id, before._id)) {
    throw new CommandError(
      66,
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    )
  }
  const encoded = encode(doc)
  if (encoded.equals(raw)) return { doc, changed: false }
  collection.replace(found.record, before, encoded, doc)
  return { doc, changed: true }
}

/** Inserts the document that an upsert makes from its filter and its update. */
export function insertForUpsert(database: Database, namespace: string, filter: Doc, change: Update): Doc {
  const doc = documentToInsert(filter, change)
  database.ensure(namespace).insert(encode(doc), doc)
  return doc
}
