/**
 * Everything is in one LMDB keyspace, so that a document and its index entries commit together:
 *   0                        → BSON of the store's format
 *   1 · namespace            → BSON of the collection's number and indexes
 *   2 · collection · record  → the document's raw BSON
 *   3 · index · tuple        → record, for unique indexes
 *   3 · index · tuple · record → nothing, for others
 *   4                        → the owner's token
 * Numbers are big-endian, so that keys sort by them: a collection is a range, and its natural order is insertion order.
 */
const CATALOG = 1
const DOCUMENT = 2
const ENTRY = 3

/** Keys from `low` to just before `high`. */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
}

/** A key, with its value where that was asked for. */
export interface Entry {
  key: Buffer
  value?: Buffer
}

/** How a range is read. See Keyspace.scan. */
export interface ScanOptions {
  limit: number
  reverse?: boolean
  from?: Buffer
  values?: boolean
}

/** The key of the store's format. */
export const FORMAT_KEY = Buffer.from([0])
/** The key of the owner's token. */
export const OWNER_KEY = Buffer.from([4])

/** The bytes of a record number. 2^48 insertions outlast any disk. */
const RECORD_BYTES = 6

export function catalogKey(namespace: string): Buffer {
  return Buffer.concat([Buffer.from([CATALOG]), Buffer.from(namespace)])
}

export function documentPrefix(collection: number): Buffer {
  return prefix(DOCUMENT, collection)
}

export function entryPrefix(index: number): Buffer {
  return prefix(ENTRY, index)
}

export function documentKey(collection: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(5 + RECORD_BYTES)
  key[0] = DOCUMENT
  key.writeUInt32BE(collection, 1)
  key.writeUIntBE(record, 5, RECORD_BYTES)
  return key
}

/** The key of an index entry. Only the keys of non-unique indexes contain the record. */
export function entryKey(index: { id: number; unique: boolean }, tuple: Uint8Array, record: number): Buffer {
  const key = Buffer.allocUnsafe(5 + tuple.length + (index.unique ? 0 : RECORD_BYTES))
  key[0] = ENTRY
  key.writeUInt32BE(index.id, 1)
  key.set(tuple, 5)
  if (!index.unique) key.writeUIntBE(record, 5 + tuple.length, RECORD_BYTES)
  return key
}

export function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_BYTES)
  bytes.writeUIntBE(record, 0, RECORD_BYTES)
  return bytes
}

/** The record number at the end of a key or value. */
export function recordAtEnd(bytes: Uint8Array): number {
  let record = 0
  for (let i = bytes.length - RECORD_BYTES; i < bytes.length; i++) record = record * 256 + bytes[i]!
  return record
}

/** The smallest key after every key that begins with these bytes. */
export function after(bytes: Uint8Array): Buffer {
  let end = bytes.length
  while (bytes[end - 1] === 0xff) end--
  const next = Buffer.from(bytes.subarray(0, end))
  next[end - 1]!++
  return next
}

function prefix(kind: number, id: number): Buffer {
  const bytes = Buffer.allocUnsafe(5)
  bytes[0] = kind
  bytes.writeUInt32BE(id, 1)
  return bytes
}
