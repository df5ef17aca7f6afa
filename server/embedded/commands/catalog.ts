import { isDoc, toBoolean, type Doc } from '../bson/document'
import { CommandError, badValue } from '../errors'
import { describeIndex } from '../index/definition'
import { compileFilter } from '../query/filter'
import { namespaceOf, refuseOptions, type Command, type Context } from './context'
import { encoded } from './cursors'
import { filterOf } from './find'

/** `create`: all collections are of one kind, so it succeeds for a collection that exists. */
export const create: Command = (command, context) => {
  refuseOptions(command, ['create', 'autoIndexId'], 'create')
  const namespace = namespaceOf(command, 'create', context)
  return context.database.writeAlone(() => {
    context.database.ensure(namespace)
    return { ok: 1 }
  })
}

export const drop: Command = (command, context) => {
  const namespace = namespaceOf(command, 'drop', context)
  return context.database.writeAlone(() => {
    const collection = context.database.find(namespace)
    if (collection) context.database.drop(collection)
    return { ok: 1 }
  })
}

export const createIndexes: Command = (command, context) => {
  refuseOptions(command, ['createIndexes', 'indexes'], 'createIndexes')
  const namespace = namespaceOf(command, 'createIndexes', context)
  const specs: unknown = command.indexes
  if (!Array.isArray(specs) || specs.length === 0 || !specs.every(isDoc)) throw badValue('createIndexes needs indexes')
  return context.database.writeAlone(() => {
    const createdCollectionAutomatically = !context.database.find(namespace)
    const collection = context.database.ensure(namespace)
    const numIndexesBefore = collection.indexes.length
    for (const spec of specs) context.database.createIndex(collection, spec)
    return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically, ok: 1 }
  })
}

export const listIndexes: Command = (command, context) => {
  const namespace = namespaceOf(command, 'listIndexes', context)
  const collection = context.database.find(namespace)
  if (!collection) throw new CommandError(26, 'NamespaceNotFound', `ns does not exist: ${namespace}`)
  return answerRows(context, namespace, collection.indexes.map(describeIndex), command)
}

export const listCollections: Command = (command, context) => {
  const test = compileFilter(filterOf(command.filter))
  const rows = context.database.list(context.name).map(({ namespace, indexes }) => ({
    name: namespace.slice(context.name.length + 1),
    type: 'collection',
    options: {},
    info: { readOnly: false },
    idIndex: describeIndex(indexes[0]!),
  }))
  const wanted = rows.filter(test)
  return answerRows(
    context,
    `${context.name}.$cmd.listCollections`,
    toBoolean(command.nameOnly) ? wanted.map(({ name, type }) => ({ name, type })) : wanted,
    command,
  )
}

function answerRows(context: Context, namespace: string, rows: readonly Doc[], command: Doc): Promise<Buffer> {
  return context.cursors.first(namespace, encoded(rows), isDoc(command.cursor) ? command.cursor.batchSize : undefined)
}
