import { Types, type Collection, type mongo } from 'mongoose'
import type { Id } from './id'

/** Rows of one answer of the database; without it a driver takes 101, and comes again for the rest. */
const ROWS = 1_000

/** A model, as far as reading needs one. */
interface Source {
  readonly collection: Collection
}

/**
 * Reads many records as the driver decodes them. Mongoose stays out of it: building its query and casting the filter
 * cost as much as reading some ten records.
 * @param filter of the database's own types: ids as ObjectIds
 */
export async function findMany<T>(
  { collection }: Source,
  filter: mongo.Filter<mongo.Document>,
  options: { projection?: mongo.Document; limit?: number } = {},
): Promise<T[]> {
  return (await collection.find(filter, { batchSize: ROWS, ...options }).toArray()) as T[]
}

/** The records with these ids, in no order; ids that nothing has are left out. */
export function findByIds<T>(model: Source, ids: readonly Id[], projection?: mongo.Document): Promise<T[]> {
  return ids.length === 0 ? Promise.resolve([]) : findMany(model, { _id: { $in: ids.map(toObjectId) } }, { projection })
}

export function toObjectId(id: Id): Types.ObjectId {
  return typeof id === 'string' ? new Types.ObjectId(id) : id
}
