import { isDoc, type Doc } from '../bson/document'
import { badValue, unsupported } from '../errors'
import { search, type Search } from '../plan/execute'
import { parseSort } from '../query/sort'
import { namespaceOf, type Command } from './context'
import { filterOf } from './find'

/**
 * `explain`: tells how a command finds its documents, and how many keys it examines. Nothing is changed. Of MongoDB's
 * answer it has the stage of the winning plan and the counts of the execution.
 */
export const explain: Command = async ({ explain: inner, $db }, context) => {
  if (!isDoc(inner)) throw badValue('explain needs a command')
  const [name = ''] = Object.keys(inner)
  const what = searchOf(name, inner)
  const examined = { keys: 0, byIndex: true }
  const collection = context.database.find(namespaceOf({ ...inner, $db }, name, context))
  let nReturned = 0
  for (const found of search(context.database, collection, { ...what, examined })) {
    if (found) nReturned++
    else await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    queryPlanner: { winningPlan: { stage: examined.byIndex ? 'IXSCAN' : 'COLLSCAN' } },
    executionStats: { nReturned, totalKeysExamined: examined.keys, totalDocsExamined: examined.keys },
    ok: 1,
  }
}

/** The search with which a command begins. */
function searchOf(name: string, command: Doc): Search {
  const first = (list: unknown): Doc => (Array.isArray(list) && isDoc(list[0]) ? list[0] : {})
  switch (name) {
    case 'find':
      return {
        filter: filterOf(command.filter),
        sort: parseSort(command.sort),
        limit: Math.abs(Number(command.limit ?? 0)) || Infinity,
      }
    case 'distinct':
      return { filter: filterOf(command.query) }
    case 'findAndModify':
      return { filter: filterOf(command.query), limit: 1 }
    case 'update':
      return { filter: filterOf(first(command.updates).q) }
    case 'delete':
      return { filter: filterOf(first(command.deletes).q) }
    case 'aggregate':
      return { filter: filterOf(first(command.pipeline).$match) }
    default:
      throw unsupported(`explain of ${name}`)
  }
}
