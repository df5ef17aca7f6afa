import { isDoc, toBoolean, type Doc } from '../bson/document'
import { equal } from '../bson/compare'
import { CommandError, badValue } from '../errors'
import { describeIndex } from '../index/definition'
import { compileFilter } from '../query/filter'
import type { Collection } from '../store/collection'
import { namespaceOf, refuseOptions, type Command, type Context } from './context'
import { encoded } from './cursors'
import { filterOf } from './find'

/** `create`: there is only one kind of collection, so one that exists is as good as a new one. */
export const create: Command = (command, context) => {
  refuseOptions(command, ['create', 'autoIndexId'], 'create')
  const namespace = namespaceOf(command, 'create', context)
  return context.database.writeAnyway(() => {
    context.database.ensure(namespace)
    return { ok: 1 }
  })
}

export const drop: Command = (command, context) => {
  const namespace = namespaceOf(command, 'drop', context)
  return context.database.writeAnyway(() => {
    const collection = context.database.find(namespace)
    if (collection) context.database.drop(collection)
    return { ok: 1 }
  })
}

export const dropDatabase: Command = (_command, context) => context.database.writeAnyway(() => {
  for (const collection of context.database.list(context.name)) context.database.drop(collection)
  return { dropped: context.name, ok: 1 }
})

export const createIndexes: Command = (command, context) => {
  refuseOptions(command, ['createIndexes', 'indexes'], 'createIndexes')
  const namespace = namespaceOf(command, 'createIndexes', context)
  const specs: unknown = command.indexes
  if (!Array.isArray(specs) || specs.length === 0 || !specs.every(isDoc)) throw badValue('createIndexes needs indexes')
  return context.database.writeAnyway(() => {
    const createdCollectionAutomatically = !context.database.find(namespace)
    const collection = context.database.ensure(namespace)
    const numIndexesBefore = collection.indexes.length
    for (const spec of specs) context.database.createIndex(collection, spec)
    return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically, ok: 1 }
  })
}

export const dropIndexes: Command = (command, context) => {
  refuseOptions(command, ['dropIndexes', 'index'], 'dropIndexes')
  const namespace = namespaceOf(command, 'dropIndexes', context)
  return context.database.writeAnyway(() => {
    const collection = existing(context, namespace)
    const nIndexesWas = collection.indexes.length
    const wanted = Array.isArray(command.index) ? command.index : [command.index]
    const chosen = wanted.flatMap((which) => {
      const found = collection.indexes.filter((index) => which === '*' ? index.name !== '_id_' : which === index.name || (isDoc(which) && equal(which, index.key)))
      if (found.length === 0 && which !== '*') throw new CommandError(27, 'IndexNotFound', `index not found with name [${String(which)}]`)
      return found
    })
    for (const index of chosen) context.database.dropIndex(collection, index)
    return { nIndexesWas, ok: 1 }
  })
}

export const listIndexes: Command = (command, context) => {
  const namespace = namespaceOf(command, 'listIndexes', context)
  const collection = existing(context, namespace)
  return answerRows(context, namespace, collection.indexes.map(describeIndex), command)
}

export const listCollections: Command = (command, context) => {
  const test = compileFilter(filterOf(command.filter))
  const rows = context.database.list(context.name).map(({ namespace, indexes }) => ({
    name: namespace.slice(context.name.length + 1), type: 'collection', options: {}, info: { readOnly: false },
    idIndex: describeIndex(indexes[0]!),
  }))
  const wanted = rows.filter(test)
  return answerRows(context, `${context.name}.$cmd.listCollections`, toBoolean(command.nameOnly) ? wanted.map(({ name, type }) => ({ name, type })) : wanted, command)
}

export const listDatabases: Command = (command, context) => {
  const names = [...new Set(context.database.list().map(({ namespace }) => namespace.slice(0, namespace.indexOf('.'))))]
  const databases = names.map((name) => ({ name, empty: false, sizeOnDisk: 0 })).filter(compileFilter(filterOf(command.filter)))
  return { databases, totalSize: 0, ok: 1 }
}

function existing(context: Context, namespace: string): Collection {
  const collection = context.database.find(namespace)
  if (!collection) throw new CommandError(26, 'NamespaceNotFound', `ns does not exist: ${namespace}`)
  return collection
}

function answerRows(context: Context, namespace: string, rows: readonly Doc[], command: Doc): Promise<Buffer> {
  return context.cursors.first(namespace, encoded(rows), isDoc(command.cursor) ? command.cursor.batchSize : undefined)
}
