import { decode, type Doc } from '../bson/document'
import type { Index } from '../index/definition'
import { tuplesOf } from '../index/tuples'
import type { CatalogEntry } from './catalog'
import type { Keyspace } from './keyspace'
import { after, documentKey, documentPrefix, entryKey, entryPrefix, recordAtEnd, type KeyRange } from './layout'

/** What a check reads from: a store, or a snapshot of one. */
type Reader = Pick<Keyspace, 'get' | 'scan' | 'count'>

interface IndexFindings {
  readonly name: string
  entries: number
  /** Entries that a document should have and does not have. */
  missing: number
  /** Entries of a unique index that refer to a different document. */
  wrong: number
  /** Entries without a document. */
  extra: number
  /** Documents with arrays or long keys in an index that has none of them according to the catalog. */
  undeclared: number
}

export interface CollectionFindings {
  readonly namespace: string
  documents: number
  /** Documents that are not BSON, or that cannot be indexed. */
  unreadable: number
  indexes: IndexFindings[]
}

const BATCH_SIZE = 500

/**
 * Compares the documents of a collection with its index entries, in both directions.
 * @param visit is called with every document that can be read
 */
export async function checkCollection(
  reader: Reader,
  { namespace, id, indexes }: CatalogEntry,
  visit: (doc: Doc) => void,
): Promise<CollectionFindings> {
  const findings: CollectionFindings = {
    namespace,
    documents: 0,
    unreadable: 0,
    indexes: indexes.map(({ name }) => ({ name, entries: 0, missing: 0, wrong: 0, extra: 0, undeclared: 0 })),
  }
  const expected = indexes.map(() => 0)
  for (let from: Buffer | undefined; ;) {
    const batch = reader.scan(rangeOf(documentPrefix(id)), { limit: BATCH_SIZE, from, values: true })
    for (const { key, value } of batch) {
      findings.documents++
      try {
        const doc = decode(value!)
        indexes.forEach((index, i) => {
          expected[i]! += checkDocument(reader, index, doc, recordAtEnd(key), findings.indexes[i]!)
        })
        visit(doc)
      } catch {
        findings.unreadable++
      }
    }
    if (batch.length < BATCH_SIZE) break
    from = batch.at(-1)!.key
    await new Promise((resolve) => setImmediate(resolve))
  }
  indexes.forEach((index, i) => {
    const found = findings.indexes[i]!
    found.entries = reader.count(rangeOf(entryPrefix(index.id)))
    found.extra = found.entries - (expected[i]! - found.missing - found.wrong)
  })
  return findings
}

/** @returns how many entries the document should have */
function checkDocument(reader: Reader, index: Index, doc: Doc, record: number, findings: IndexFindings): number {
  const tuples = tuplesOf(index, doc)
  if (index.changed) {
    findings.undeclared++
    index.changed = false
  }
  for (const { bytes } of tuples) {
    const entry = reader.get(entryKey(index, bytes, record))
    if (entry === undefined) findings.missing++
    else if (index.unique && recordAtEnd(entry) !== record) findings.wrong++
  }
  return tuples.length
}

/** Counts the keys of a store that belong to no collection and no index. */
export function countStrays(reader: Reader, catalog: readonly CatalogEntry[]): number {
  const known = catalog.reduce(
    (sum, { id, indexes }) =>
      sum +
      1 +
      reader.count(rangeOf(documentPrefix(id))) +
      indexes.reduce((entries, index) => entries + reader.count(rangeOf(entryPrefix(index.id))), 0),
    0,
  )
  // The format and the owner's token are the rest.
  const rest = [0, 4].filter((key) => reader.get(Buffer.from([key])) !== undefined).length
  return reader.count({ low: Buffer.from([0]), high: Buffer.from([255]) }) - known - rest
}

/** Finds a document by its `_id` through the index. Undefined: there is none. */
export function findById(reader: Reader, { id, indexes }: CatalogEntry, _id: unknown): Doc | undefined {
  const [tuple] = tuplesOf(indexes[0]!, { _id })
  const entry = tuple && reader.get(entryKey(indexes[0]!, tuple.bytes, 0))
  const raw = entry && reader.get(documentKey(id, recordAtEnd(entry)))
  return raw && decode(raw)
}

function rangeOf(prefix: Buffer): KeyRange {
  return { low: prefix, high: after(prefix) }
}
