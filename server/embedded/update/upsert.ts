import { ObjectId } from 'bson'
import type { Doc } from '../bson/document'
import { parseFilter } from '../query/filter'
import type { Update } from './apply'
import { writePath } from './paths'

/**
 * The document that an upsert inserts when nothing matches: the filter's equalities, then the update, with `_id` first.
 * @param filter the query of the update
 */
export function documentToInsert(filter: Doc, update: Update): Doc {
  const base: Doc = {}
  const equalities = parseFilter(filter).predicates.filter(({ operator }) => operator === '$eq')
  for (const { path, operand } of equalities) writePath(base, path, operand)
  return withId(update(base, true))
}

/** Puts `_id` first, and creates it if it is missing, as a MongoDB server does. */
export function withId(doc: Doc): Doc {
  if (Object.keys(doc)[0] === '_id') return doc
  const { _id = new ObjectId(), ...rest } = doc
  return { _id, ...rest }
}
