import { mongo } from 'mongoose'

/**
 * The fields of the unique index that a write ran against, or null if the error is another one.
 * Both shapes of the driver are read: a single write's and a bulk write's first error.
 */
export function duplicateKey(error: unknown): { fields: string[]; index: number } | null {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return null
  if (!(error instanceof mongo.MongoBulkWriteError)) return { fields: Object.keys(error.keyPattern ?? {}), index: 0 }
  const [first] = [error.writeErrors].flat()
  return { fields: fieldsOfIndex(first?.errmsg ?? ''), index: first?.index ?? 0 }
}

/** Of a bulk write's errors the driver keeps only the message: it names the index, and the index its fields. */
function fieldsOfIndex(message: string): string[] {
  const [, name] = / index: (\S+) dup key/.exec(message) ?? []
  return name ? name.replace(/_-?1$/, '').split(/_-?1_/) : []
}
