import { mongo } from 'mongoose'

/**
 * The fields of the unique index that a write ran against, or null if the error is another one.
 * Both shapes of the driver are read: a single write's and a bulk write's first error.
 */
export function duplicateKey(error: unknown): { fields: string[]; index: number } | null {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return null
  const bulk = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat()[0] : undefined
  const pattern = (bulk?.err as { keyPattern?: object } | undefined)?.keyPattern ?? error.keyPattern
  return { fields: Object.keys(pattern ?? {}), index: bulk?.index ?? 0 }
}
