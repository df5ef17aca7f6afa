import { toInteger, type Doc } from '../bson/document'
import { badValue } from '../errors'
import { search } from '../plan/execute'
import type { Database } from '../store/database'
import { changeInTurns, recordsOf } from './batches'
import { namespaceOf, refuseOptions, type Command } from './context'
import { allNow, filterOf } from './find'

/** `delete`: removes one match (`limit: 1`) or all matches (`limit: 0`) of each statement; all in batches. */
export const deleteCommand: Command = async (command, context) => {
  refuseOptions(command, ['delete', 'deletes', 'ordered'], 'delete')
  const namespace = namespaceOf(command, 'delete', context)
  const { deletes } = command
  if (!Array.isArray(deletes) || deletes.length === 0) throw badValue('delete needs deletes')
  const statements = (deletes as Doc[]).map((statement) => {
    refuseOptions(statement, ['q', 'limit'], 'delete')
    return { filter: filterOf(statement.q), limit: toInteger(statement.limit ?? 0, 'limit') }
  })
  let n = 0
  for (const { filter, limit } of statements) {
    n += limit
      ? await deleteSome(context.database, namespace, filter, limit)
      : await deleteAll(context.database, namespace, filter)
  }
  return { n, ok: 1 }
}

function deleteSome(database: Database, namespace: string, filter: Doc, limit: number): Promise<number> {
  return database.writeAnyway(() => {
    const collection = database.find(namespace)
    const found = allNow(search(database, collection, { filter, limit }))
    for (const document of found) collection!.remove(document.record, document.doc)
    return found.length
  })
}

async function deleteAll(database: Database, namespace: string, filter: Doc): Promise<number> {
  let n = 0
  for await (const records of recordsOf(database, namespace, filter)) {
    await changeInTurns(
      database,
      namespace,
      filter,
      records,
      (run) => database.writeAnyway(run),
      (collection, { record, doc }) => {
        collection.remove(record, doc)
        n++
      },
    )
  }
  return n
}
