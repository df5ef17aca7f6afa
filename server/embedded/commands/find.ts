import { isDoc, toBoolean, toInteger, type Doc } from '../bson/document'
import { badValue } from '../errors'
import { search, type Found } from '../plan/execute'
import { compileProjection } from '../query/projection'
import { parseSort } from '../query/sort'
import { namespaceOf, refuseOptions, type Command } from './context'
import { rowsOf } from './cursors'

const OPTIONS = ['find', 'filter', 'sort', 'projection', 'limit', 'batchSize', 'singleBatch']

/** `find`: without a projection, rows are answered as the bytes that are stored. */
export const find: Command = (command, { database, cursors, ...context }) => {
  refuseOptions(command, OPTIONS, 'find')
  const namespace = namespaceOf(command, 'find', { database, cursors, ...context })
  const limit = command.limit === undefined ? 0 : toInteger(command.limit, 'limit')
  const projection = compileProjection(command.projection)
  const findings = search(database, database.find(namespace), {
    filter: filterOf(command.filter),
    sort: parseSort(command.sort),
    limit: Math.abs(limit) || Infinity,
  })
  const single = limit < 0 || toBoolean(command.singleBatch)
  return cursors.first(namespace, rowsOf(findings, projection), command.batchSize, single)
}

export const getMore: Command = (command, { cursors, ...context }) => {
  refuseOptions(command, ['getMore', 'collection', 'batchSize'], 'getMore')
  return cursors.next(command.getMore, `${context.name}.${String(command.collection)}`, command.batchSize)
}

export const killCursors: Command = (command, { cursors }) => {
  if (!Array.isArray(command.cursors)) throw badValue('killCursors needs an array of cursors')
  return cursors.kill(command.cursors)
}

/** The filter of a command; an empty one if it has none. */
export function filterOf(filter: unknown): Doc {
  if (filter === undefined || filter === null) return {}
  if (!isDoc(filter)) throw badValue('A filter must be a document')
  return filter
}

/** The first document of a search, without pauses: a write must not pause inside its transaction. */
export function firstNow(findings: Iterable<Found | null>): Found | undefined {
  for (const found of findings) if (found) return found
  return undefined
}

/** All documents of a search, without pauses. */
export function allNow(findings: Iterable<Found | null>): Found[] {
  return [...findings].filter((found) => found !== null)
}
