import { Types, type Collection, type mongo } from 'mongoose'
import type { Id } from './id'

/** The rows in one answer of the database. By default the first has 101, and a second request fetches the rest. */
const BATCH_SIZE = 1_000

/** The part of a model that reading needs. */
interface Source {
  readonly collection: Collection
}

/**
 * Reads many records as the driver decodes them, without Mongoose: building its query and casting the filter cost as
 * much as reading some ten records.
 * @param filter uses the database's own types, with ids as ObjectIds
 */
export async function findMany<T>(
  { collection }: Source,
  filter: mongo.Filter<mongo.Document>,
  options: { projection?: mongo.Document; limit?: number } = {},
): Promise<T[]> {
  return (await collection.find(filter, { batchSize: BATCH_SIZE, ...options }).toArray()) as T[]
}

/** The records with these ids, in no particular order. Ids without a record are left out. */
export function findByIds<T>(model: Source, ids: readonly Id[], projection?: mongo.Document): Promise<T[]> {
  return ids.length === 0 ? Promise.resolve([]) : findMany(model, { _id: { $in: ids.map(toObjectId) } }, { projection })
}

export function toObjectId(id: Id): Types.ObjectId {
  return typeof id === 'string' ? new Types.ObjectId(id) : id
}
