import { decode, type Doc } from '../bson/document'
import { parseFilter, type Filter } from '../query/filter'
import { sortKey, type SortField } from '../query/sort'
import type { Index } from '../index/definition'
import type { Collection } from '../store/collection'
import type { Database } from '../store/database'
import { recordAtEnd } from '../store/layout'
import type { Step } from './candidate'
import { choosePlan, type Plan } from './choose'

/** A document that was found. Its bytes are read only when they are needed. */
export class Found {
  readonly record: number
  /** The key of the index by which it was found, if that is certain. */
  readonly entry: { index: Index; key: Buffer } | undefined
  private readonly collection: Collection
  private bytes: Buffer | undefined
  private decoded: Doc | undefined

  constructor(collection: Collection, record: number, entry?: { index: Index; key: Buffer }) {
    this.collection = collection
    this.record = record
    this.entry = entry
  }

  /** The raw BSON. Undefined: the document was removed meanwhile. */
  get raw(): Buffer | undefined {
    return (this.bytes ??= this.collection.read(this.record))
  }

  /** The decoded document. @throws when it was removed meanwhile; check `raw` first */
  get doc(): Doc {
    return (this.decoded ??= decode(this.raw!))
  }
}

/** What a search yields: documents. A null is a pause in which other connections can be served. */
export type Findings = Generator<Found | null, void>

/** What a search examined: how many keys, and whether an index narrowed or ordered them. */
interface Examined {
  keys: number
  byIndex: boolean
}

export interface Search {
  filter: Doc
  sort?: readonly SortField[]
  limit?: number
  /** The search adds to it what it examines. */
  examined?: Examined
}

/** Keys that a search examines between two pauses: a few milliseconds of work. */
const KEYS_PER_TURN = 500

/**
 * Searches a collection. The generator holds no LMDB iterator, so it can pause for turns of the event loop. It then goes
 * on after the last key that it read, with the documents as they are now.
 * @throws CommandError for a filter or a sort that the store does not understand
 */
export function* search(
  database: Database,
  collection: Collection | undefined,
  { filter, sort = [], limit = Infinity, examined }: Search,
): Findings {
  // An invalid filter is refused even if the collection does not exist.
  const parsed = parseFilter(filter)
  if (!collection || limit === 0) return
  const plan = choosePlan(database.keyspace, collection, parsed, sort)
  if (examined) examined.byIndex = plan.steps.every(({ index }) => index !== undefined)
  let source = matching(database, collection, plan, parsed, examined)
  if (!plan.sorted) source = sorting(source, collection, sort, limit)
  let count = 0
  for (const found of source) {
    if (!found) yield null
    else {
      yield found
      if (++count >= limit) return
    }
  }
}

/** Counts matches by index keys alone. Undefined: they are not enough. */
export function countKeys(database: Database, collection: Collection, filter: Filter): number | undefined {
  const plan = choosePlan(database.keyspace, collection, filter, [])
  if (!plan.covered || plan.dedupe) return undefined
  return plan.steps.reduce((sum, { range }) => sum + database.keyspace.count(range), 0)
}

function* matching(
  database: Database,
  collection: Collection,
  plan: Plan,
  filter: Filter,
  examined?: Examined,
): Findings {
  const seen = plan.dedupe ? new Set<number>() : undefined
  let keys = 0
  for (const step of plan.steps) {
    let from: Buffer | undefined
    for (let limit = 64; ; limit = 512) {
      const entries = readStep(database, step, { limit, from, reverse: plan.reverse })
      const { version } = database
      for (const { key, value } of entries) {
        if (examined) examined.keys++
        if (++keys % KEYS_PER_TURN === 0) yield null
        const record = recordAtEnd(value ?? key)
        if (seen?.has(record)) continue
        seen?.add(record)
        const sure = plan.covered && database.version === version
        const found = new Found(collection, record, sure && step.index ? { index: step.index, key } : undefined)
        if (sure || (found.raw && filter.test(found.doc))) yield found
      }
      if (entries.length < limit) break
      from = entries.at(-1)!.key
    }
  }
}

/** The next entries of a range. A range of one key needs no iterator. */
function readStep(
  { keyspace }: Database,
  { range, index, isKey }: Step,
  options: { limit: number; from?: Buffer; reverse: boolean },
): { key: Buffer; value?: Buffer }[] {
  if (!isKey) return keyspace.scan(range, { ...options, values: index?.unique })
  const value = keyspace.get(range.low)
  return value ? [{ key: range.low, value }] : []
}

/** Sorts in memory. It never keeps many more documents than are wanted. */
function* sorting(source: Findings, collection: Collection, sort: readonly SortField[], wanted: number): Findings {
  let best: { key: Buffer; record: number }[] = []
  const order = (): void => {
    best.sort((a, b) => Buffer.compare(a.key, b.key) || a.record - b.record)
    if (best.length > wanted) best = best.slice(0, wanted)
  }
  for (const found of source) {
    if (!found) yield null
    else if (found.raw) best.push({ key: sortKey(found.doc, sort), record: found.record })
    if (best.length > 2 * wanted + 1000) order()
  }
  order()
  for (const { record } of best) yield new Found(collection, record)
}
