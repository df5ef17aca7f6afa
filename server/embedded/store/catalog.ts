import { decode, encode, type Doc } from '../bson/document'
import { describeIndex, parseIndex, type Index } from '../index/definition'
import type { Keyspace } from './keyspace'
import { after, catalogKey, type KeyRange } from './layout'

/** A collection's entry in the catalog as it is stored. */
interface StoredCollection {
  id: number
  indexes: { id: number; spec: Doc; truncated: boolean; multikey: boolean[]; scalar?: boolean[] }[]
}

/** A collection as the catalog describes it. */
export interface CatalogEntry {
  readonly namespace: string
  readonly id: number
  readonly indexes: Index[]
}

const CATALOG: KeyRange = { low: catalogKey(''), high: after(catalogKey('')) }

/** Reads which collections and indexes a store has. */
export function readCatalog(keyspace: Pick<Keyspace, 'scan'>): CatalogEntry[] {
  return keyspace.scan(CATALOG, { limit: Infinity, values: true }).map(({ key, value }) => {
    const stored = decode(value!) as unknown as StoredCollection
    const indexes = stored.indexes.map((entry) => {
      const index = parseIndex(entry.spec, Number(entry.id))
      index.truncated = entry.truncated
      index.fields.forEach((field, i) => {
        field.multikey = entry.multikey[i] ?? false
        // Of an index of an earlier version nothing is known.
        field.scalar = entry.scalar?.[i] ?? true
      })
      return index
    })
    return { namespace: key.subarray(1).toString(), id: Number(stored.id), indexes }
  })
}

/** Writes a collection into the catalog; inside a transaction only. */
export function saveToCatalog(keyspace: Keyspace, { namespace, id, indexes }: CatalogEntry): void {
  const stored: StoredCollection = {
    id,
    indexes: indexes.map((index) => ({
      id: index.id,
      spec: describeIndex(index),
      truncated: index.truncated,
      multikey: index.fields.map((field) => field.multikey),
      scalar: index.fields.map((field) => field.scalar),
    })),
  }
  keyspace.put(catalogKey(namespace), encode({ ...stored }))
  for (const index of indexes) index.changed = false
}
