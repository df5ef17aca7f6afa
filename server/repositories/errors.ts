import { mongo } from 'mongoose'

/**
 * Recognizes a duplicate key error, of a single write or the first one of a bulk write.
 * @returns the fields of the unique index, and the index of the write; null for any other error
 */
export function duplicateKey(error: unknown): { fields: string[]; index: number } | null {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return null
  if (!(error instanceof mongo.MongoBulkWriteError)) return { fields: Object.keys(error.keyPattern ?? {}), index: 0 }
  const [first] = [error.writeErrors].flat()
  return { fields: fieldsOfIndex(first?.errmsg ?? ''), index: first?.index ?? 0 }
}

/** The fields of an index, by the message of the error. The driver keeps nothing else of a bulk write's errors. */
function fieldsOfIndex(message: string): string[] {
  const [, name] = / index: (\S+) dup key/.exec(message) ?? []
  return name ? name.replace(/_-?1$/, '').split(/_-?1_/) : []
}
