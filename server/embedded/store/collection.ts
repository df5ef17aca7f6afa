import { decode, isDoc, MAX_DOCUMENT_BYTES, tooLarge, type Doc } from '../bson/document'
import { CommandError } from '../errors'
import type { Index } from '../index/definition'
import { tuplesOf, type Tuple } from '../index/tuples'
import type { Keyspace } from './keyspace'
import { after, documentKey, documentPrefix, entryKey, entryPrefix, recordAtEnd, recordBytes } from './layout'
import { duplicateKey } from './duplicateKey'

/** The documents of one collection and their index entries. Every change must run inside a transaction. */
export class Collection {
  readonly id: number
  readonly namespace: string
  readonly indexes: Index[] = []
  private readonly keyspace: Keyspace
  private readonly changedIndexes: () => void
  private nextRecord: number

  /** @param changedIndexes is called inside the transaction when an index has become multikey, or has cut a key */
  constructor(keyspace: Keyspace, id: number, namespace: string, changedIndexes: () => void) {
    this.keyspace = keyspace
    this.id = id
    this.namespace = namespace
    this.changedIndexes = changedIndexes
    const last = keyspace.scan(this.range, { limit: 1, reverse: true })[0]
    this.nextRecord = last ? recordAtEnd(last.key) + 1 : 1
  }

  get range(): { low: Buffer; high: Buffer } {
    const low = documentPrefix(this.id)
    return { low, high: after(low) }
  }

  /** A document's raw BSON. Undefined: it was removed. */
  read(record: number): Buffer | undefined {
    return this.keyspace.get(documentKey(this.id, record))
  }

  /** Inserts a document. @throws CommandError 11000 if a unique index has the key already; then nothing was written */
  insert(raw: Buffer, doc: Doc): void {
    refuseBadId(doc._id)
    if (raw.length > MAX_DOCUMENT_BYTES) throw tooLarge(raw.length)
    const record = this.nextRecord
    const entries = this.entriesOf(doc)
    for (const { index, tuples } of entries) this.refuseDuplicates(index, tuples, record)
    this.nextRecord++
    this.keyspace.put(documentKey(this.id, record), raw)
    for (const { index, tuples } of entries) for (const tuple of tuples) this.putEntry(index, tuple, record)
  }

  /** Replaces a document with its new version. @throws CommandError as `insert` does */
  replace(record: number, before: Doc, raw: Buffer, doc: Doc): void {
    const old = this.entriesOf(before)
    const changes = this.entriesOf(doc).map(({ index, tuples }, i) => {
      const kept = new Set(old[i]!.tuples.map(({ bytes }) => bytes.toString('latin1')))
      const added = tuples.filter(({ bytes }) => !kept.delete(bytes.toString('latin1')))
      this.refuseDuplicates(index, added, record)
      return { index, added, removed: old[i]!.tuples.filter(({ bytes }) => kept.has(bytes.toString('latin1'))) }
    })
    this.keyspace.put(documentKey(this.id, record), raw)
    for (const { index, added, removed } of changes) {
      for (const tuple of removed) this.keyspace.remove(entryKey(index, tuple.bytes, record))
      for (const tuple of added) this.putEntry(index, tuple, record)
    }
  }

  remove(record: number, doc: Doc): void {
    for (const { index, tuples } of this.entriesOf(doc)) {
      for (const tuple of tuples) this.keyspace.remove(entryKey(index, tuple.bytes, record))
    }
    this.keyspace.remove(documentKey(this.id, record))
  }

  /** Adds an index and fills it. @throws CommandError if existing documents contradict it; then it was not added */
  buildIndex(index: Index): void {
    try {
      let from: Buffer | undefined
      for (;;) {
        const documents = this.keyspace.scan(this.range, { limit: 500, from, values: true })
        for (const { key, value } of documents) {
          const tuples = tuplesOf(index, decode(value!))
          this.refuseDuplicates(index, tuples, recordAtEnd(key))
          for (const tuple of tuples) this.putEntry(index, tuple, recordAtEnd(key))
        }
        if (documents.length < 500) break
        from = documents.at(-1)!.key
      }
    } catch (error) {
      if (error instanceof CommandError) this.keyspace.removePrefix(entryPrefix(index.id))
      throw error
    }
    this.indexes.push(index)
  }

  /** Removes all documents and index entries. */
  clear(): void {
    for (const index of this.indexes) this.keyspace.removePrefix(entryPrefix(index.id))
    this.keyspace.removePrefix(documentPrefix(this.id))
  }

  private entriesOf(doc: Doc): { index: Index; tuples: Tuple[] }[] {
    const entries = this.indexes.map((index) => ({ index, tuples: tuplesOf(index, doc) }))
    if (this.indexes.some((index) => index.changed)) this.changedIndexes()
    return entries
  }

  private refuseDuplicates(index: Index, tuples: Tuple[], record: number): void {
    if (!index.unique) return
    for (const tuple of tuples) {
      const owner = this.keyspace.get(entryKey(index, tuple.bytes, record))
      if (owner && recordAtEnd(owner) !== record) throw duplicateKey(this.namespace, index, tuple.values)
    }
  }

  private putEntry(index: Index, tuple: Tuple, record: number): void {
    this.keyspace.put(entryKey(index, tuple.bytes, record), index.unique ? recordBytes(record) : NOTHING)
  }
}

const NOTHING = Buffer.alloc(0)

function refuseBadId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandError(53, 'InvalidIdField', "The '_id' value cannot be of type array")
  if (isDoc(id) && Object.keys(id).some((name) => name.startsWith('$')))
    throw new CommandError(52, 'DollarPrefixedFieldName', "The '_id' document cannot contain operators")
}
