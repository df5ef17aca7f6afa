import { isDoc, type Doc } from '../bson/document'
import { badValue, unsupported } from '../errors'
import { search } from '../plan/execute'
import { namespaceOf, refuseOptions, type Command } from './context'
import { countMatches } from './count'
import { filterOf } from './find'
import { encoded } from './cursors'
import { parseGroup } from './group'

/** `aggregate`: one `$group`, with or without a `$match` before it, as `countDocuments` sends it. */
export const aggregate: Command = async (command, context) => {
  refuseOptions(command, ['aggregate', 'pipeline', 'cursor'], 'aggregate')
  if (typeof command.aggregate !== 'string') throw unsupported('aggregate on a whole database, such as a change stream')
  const namespace = namespaceOf(command, 'aggregate', context)
  if (!Array.isArray(command.pipeline)) throw badValue('aggregate needs a pipeline')
  const stages = (command.pipeline as unknown[]).map(parseStage)
  const filter = stages[0]?.[0] === '$match' ? filterOf(stages.shift()![1]) : {}
  const [first, second] = stages
  if (first?.[0] !== '$group' || second)
    throw unsupported(
      `an aggregation other than a $group, or a $match and a $group: ${(second ?? first)?.[0] ?? 'an empty pipeline'}`,
    )
  const group = parseGroup(first[1])
  if (group.countsOnly) {
    const n = await countMatches(context, namespace, filter)
    if (n > 0) group.addMany(n)
  } else
    for (const found of search(context.database, context.database.find(namespace), { filter })) {
      if (!found) await new Promise((resolve) => setImmediate(resolve))
      else if (found.raw) group.add(found.doc)
    }
  return context.cursors.first(
    namespace,
    encoded(group.rows()),
    isDoc(command.cursor) ? command.cursor.batchSize : undefined,
  )
}

function parseStage(stage: unknown): [operator: string, value: unknown] {
  const entries = isDoc(stage) ? Object.entries(stage as Doc) : []
  if (entries.length !== 1) throw badValue('A pipeline stage specification object must contain exactly one field')
  const [operator] = entries[0]!
  if (operator !== '$match' && operator !== '$group') throw unsupported(`the aggregation stage ${operator}`)
  return entries[0]!
}
