import { ObjectId } from 'bson'
import { isDoc, type Doc } from '../bson/document'
import { parseFilter } from '../query/filter'
import { isOperators, type Update } from './apply'
import { writePath } from './paths'

/**
 * The document an upsert inserts when nothing matched: the filter's equalities, then the update, with `_id` in front.
 * @param filter the query of the update
 * @param raw the update as it was sent
 * @param update the same, parsed
 */
export function documentToInsert(filter: Doc, raw: unknown, update: Update): Doc {
  const base: Doc = {}
  const equalities = parseFilter(filter).predicates.filter(({ operator }) => operator === '$eq')
  for (const { path, operand } of equalities) {
    if (path === '_id' || (isDoc(raw) && isOperators(raw))) writePath(base, path, operand)
  }
  return withId(update(base, true))
}

/** Puts `_id` first, and makes one when there is none, as a MongoDB server does. */
export function withId(doc: Doc): Doc {
  if (Object.keys(doc)[0] === '_id') return doc
  const { _id = new ObjectId(), ...rest } = doc
  return { _id, ...rest }
}
