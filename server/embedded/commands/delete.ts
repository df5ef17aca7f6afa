import { toInteger, type Doc } from '../bson/document'
import { badValue } from '../errors'
import { search } from '../plan/execute'
import { namespaceOf, refuseOptions, type Command } from './context'
import { allNow, filterOf } from './find'
import { runStatements } from './insert'

/** `delete`: one (`limit: 1`) or all (`limit: 0`) matches of each statement. */
export const deleteCommand: Command = (command, context) => {
  refuseOptions(command, ['delete', 'deletes', 'ordered'], 'delete')
  const namespace = namespaceOf(command, 'delete', context)
  const { deletes } = command
  if (!Array.isArray(deletes) || deletes.length === 0) throw badValue('delete needs deletes')
  const { database } = context
  return database.writeAnyway(() => runStatements(deletes as Doc[], command.ordered, (statement) => {
    refuseOptions(statement, ['q', 'limit'], 'delete')
    const collection = database.find(namespace)
    const found = allNow(search(database, collection, { filter: filterOf(statement.q), limit: toInteger(statement.limit ?? 0, 'limit') || Infinity }))
    for (const document of found) collection!.remove(document.record, document.doc)
    return found.length
  }))
}
