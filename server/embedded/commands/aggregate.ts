import { isDoc, toInteger, type Doc } from '../bson/document'
import { badValue, unsupported } from '../errors'
import { search } from '../plan/execute'
import { compileFilter } from '../query/filter'
import { parseSort, sortKey } from '../query/sort'
import { namespaceOf, refuseOptions, type Command, type Context } from './context'
import { countMatches } from './count'
import { filterOf, shapeOf, skipOf } from './find'
import { encoded, rowsOf, type Rows } from './cursors'
import { parseGroup } from './group'

type Stage = [operator: string, value: unknown]

/** `aggregate`: `$match`, `$sort`, `$skip` and `$limit`, then perhaps one `$group`, then those again on the groups. */
export const aggregate: Command = async (command, context) => {
  refuseOptions(command, ['aggregate', 'pipeline', 'cursor'], 'aggregate')
  if (typeof command.aggregate !== 'string') throw unsupported('aggregate on a whole database, such as a change stream')
  const namespace = namespaceOf(command, 'aggregate', context)
  if (!Array.isArray(command.pipeline)) throw badValue('aggregate needs a pipeline')
  const stages = (command.pipeline as unknown[]).map(parseStage)
  const groupAt = stages.findIndex(([operator]) => operator === '$group')
  const source = searchOf(groupAt < 0 ? stages : stages.slice(0, groupAt))
  const batchSize = isDoc(command.cursor) ? command.cursor.batchSize : undefined
  const rows = groupAt < 0
    ? rowsOf(search(context.database, context.database.find(namespace), source), shapeOf(undefined))
    : await grouped(context, namespace, source, stages[groupAt]![1], stages.slice(groupAt + 1))
  return context.cursors.first(namespace, rows, batchSize)
}

function parseStage(stage: unknown): Stage {
  const entries = isDoc(stage) ? Object.entries(stage) : []
  if (entries.length !== 1) throw badValue('A pipeline stage specification object must contain exactly one field')
  const [operator] = entries[0]!
  if (!['$match', '$group', '$sort', '$skip', '$limit'].includes(operator)) throw unsupported(`the aggregation stage ${operator}`)
  return entries[0]!
}

/** Turns leading stages into one search; their order must be the one a search has. */
function searchOf(stages: readonly Stage[]): { filter: Doc; sort: ReturnType<typeof parseSort>; skip: number; limit: number } {
  const order = ['$match', '$sort', '$skip', '$limit']
  const filters: Doc[] = []
  const wanted: Record<string, unknown> = {}
  let reached = 0
  for (const [operator, value] of stages) {
    if (order.indexOf(operator) < reached || (operator !== '$match' && operator in wanted)) throw unsupported(`${operator} at this place of a pipeline`)
    reached = order.indexOf(operator)
    if (operator === '$match') filters.push(filterOf(value))
    wanted[operator] = value
  }
  return {
    filter: filters.length > 1 ? { $and: filters } : filters[0] ?? {}, sort: parseSort(wanted.$sort), skip: skipOf(wanted.$skip),
    limit: wanted.$limit === undefined ? Infinity : limitOf(wanted.$limit),
  }
}

async function grouped(context: Context, namespace: string, source: ReturnType<typeof searchOf>, spec: unknown, later: readonly Stage[]): Promise<Rows> {
  const group = parseGroup(spec)
  if (group.countsOnly) {
    const n = await countMatches(context, namespace, { ...source, sort: [] })
    if (n > 0) group.addMany(n)
  } else for (const found of search(context.database, context.database.find(namespace), source)) {
    if (!found) await new Promise((resolve) => setImmediate(resolve))
    else if (found.raw) group.add(found.doc)
  }
  return encoded(later.reduce(onRows, group.rows()))
}

function onRows(rows: Doc[], [operator, value]: Stage): Doc[] {
  switch (operator) {
    case '$match': return rows.filter(compileFilter(filterOf(value)))
    case '$skip': return rows.slice(skipOf(value))
    case '$limit': return rows.slice(0, limitOf(value))
    case '$sort': {
      const fields = parseSort(value)
      return rows.map((row) => ({ row, key: sortKey(row, fields) })).sort((a, b) => Buffer.compare(a.key, b.key)).map(({ row }) => row)
    }
    default: throw unsupported(`a second ${operator}`)
  }
}

function limitOf(value: unknown): number {
  const limit = toInteger(value, '$limit')
  if (limit <= 0) throw badValue('the limit must be positive')
  return limit
}
