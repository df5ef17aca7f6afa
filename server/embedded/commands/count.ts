import type { Doc } from '../bson/document'
import { badValue } from '../errors'
import { countKeys, search } from '../plan/execute'
import { parseFilter } from '../query/filter'
import { pathValues } from '../query/paths'
import { KeyWriter } from '../index/keyWriter'
import { namespaceOf, refuseOptions, type Command, type Context } from './context'
import { filterOf } from './find'

/** Counts documents. It reads index keys only, where they are enough. */
export async function countMatches({ database }: Context, namespace: string, filter: Doc): Promise<number> {
  const parsed = parseFilter(filter)
  const collection = database.find(namespace)
  if (!collection) return 0
  const keys = countKeys(database, collection, parsed)
  if (keys !== undefined) return keys
  let n = 0
  for (const found of search(database, collection, { filter })) {
    if (found) n++
    else await new Promise((resolve) => setImmediate(resolve))
  }
  return n
}

/** `distinct`: the different values at a path. Each element of an array is a value of its own. */
export const distinct: Command = async (command, context) => {
  refuseOptions(command, ['distinct', 'key', 'query'], 'distinct')
  if (typeof command.key !== 'string') throw badValue('distinct needs a key')
  const parts = command.key.split('.')
  const values = new Map<string, unknown>()
  const writer = new KeyWriter()
  const collection = context.database.find(namespaceOf(command, 'distinct', context))
  for (const found of search(context.database, collection, { filter: filterOf(command.query) })) {
    if (!found) await new Promise((resolve) => setImmediate(resolve))
    else if (found.raw)
      for (const value of pathValues(found.doc, parts)) {
        const key = writer.reset().write(value).take().toString('latin1')
        if (value !== undefined && !values.has(key)) values.set(key, value)
      }
  }
  return { values: [...values.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value), ok: 1 }
}
