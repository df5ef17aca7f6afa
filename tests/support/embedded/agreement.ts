import { decode } from '../../../server/embedded/bson/document'
import { tuplesOf } from '../../../server/embedded/index/tuples'
import type { Collection } from '../../../server/embedded/store/collection'
import type { Database } from '../../../server/embedded/store/database'
import { after, entryKey, entryPrefix, recordAtEnd } from '../../../server/embedded/store/layout'

/** Lists the differences between the documents of a collection and its index entries. An empty list means none. */
export function disagreements({ keyspace }: Database, collection: Collection): string[] {
  const wrong: string[] = []
  const documents = keyspace.scan(collection.range, { limit: Infinity, values: true })
  for (const index of collection.indexes) {
    const expected = new Set(
      documents.flatMap(({ key, value }) =>
        tuplesOf(index, decode(value!)).map(
          ({ bytes }) =>
            entryKey(index, bytes, recordAtEnd(key)).toString('hex') + (index.unique ? recordAtEnd(key) : ''),
        ),
      ),
    )
    const low = entryPrefix(index.id)
    for (const { key, value } of keyspace.scan({ low, high: after(low) }, { limit: Infinity, values: true })) {
      const entry = key.toString('hex') + (index.unique ? recordAtEnd(value!) : '')
      if (!expected.delete(entry)) wrong.push(`${index.name} has an entry of no document: ${entry}`)
    }
    for (const entry of expected) wrong.push(`${index.name} lacks ${entry}`)
  }
  return wrong
}
