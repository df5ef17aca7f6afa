import { createHash } from 'node:crypto'
import { BSON, type Db, type Document } from 'mongodb'

/** The bounds of a batch. */
const MAX_DOCUMENTS = 500
const MAX_BYTES = 4 * 1024 ** 2

/** Options with which a document can be decoded and encoded to the same bytes. */
const LOSSLESS = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const

/** Documents with their bytes, and with their ids as strings that can be compared. */
export type Batch = { raw: Buffer; doc: Document; key: string }[]

export interface Digest {
  documents: number
  /** The hash of the bytes of all documents, ascending by id, in hex. */
  sha256: string
}

/** Reads the documents of a collection, ascending by id, in batches of bounded size. */
export async function* batchesOf(database: Db, name: string, filter: Document = {}): AsyncGenerator<Batch> {
  let batch: Batch = []
  let bytes = 0
  for await (const raw of rawDocuments(database, name, filter)) {
    const doc = BSON.deserialize(raw, LOSSLESS)
    batch.push({ raw, doc, key: Buffer.from(BSON.serialize({ _id: doc._id as unknown })).toString('latin1') })
    bytes += raw.length
    if (batch.length < MAX_DOCUMENTS && bytes < MAX_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

/** Counts and hashes the documents of a collection. */
export async function digestOf(database: Db, name: string): Promise<Digest> {
  const hash = createHash('sha256')
  let documents = 0
  for await (const raw of rawDocuments(database, name, {})) {
    hash.update(raw)
    documents++
  }
  return { documents, sha256: hash.digest('hex') }
}

async function* rawDocuments(database: Db, name: string, filter: Document): AsyncGenerator<Buffer> {
  const cursor = database.collection(name).find(filter, { raw: true, sort: { _id: 1 }, batchSize: MAX_DOCUMENTS })
  for await (const raw of cursor as AsyncIterable<unknown>) yield Buffer.from(raw as Uint8Array)
}
