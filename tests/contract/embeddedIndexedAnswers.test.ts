import { Int32, ObjectId } from 'bson'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, type Doc } from '../../server/embedded/bson/document'
import { CommandError } from '../../server/embedded/errors'
import { compare } from '../../server/embedded/bson/compare'
import { rowFromKey } from '../../server/embedded/index/keyReader'
import { countKeys, search, type Found } from '../../server/embedded/plan/execute'
import { compileFilter, parseFilter } from '../../server/embedded/query/filter'
import { parseSort, sortKey } from '../../server/embedded/query/sort'
import type { Collection } from '../../server/embedded/store/collection'
import type { Database } from '../../server/embedded/store/database'
import { disagreements } from '../support/embedded/agreement'
import { temporaryDatabase } from '../support/embedded/temporary'

const oid = new ObjectId('0123456789abcdef01234567')
const long = 'long'.repeat(500)
const scalar = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 3 }).map((value) => new Int32(value)) },
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'an', 'anna', 'b', 'b\0') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, oid, new Date(0), long, `${long}2`, NaN) },
)
const value = fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 4, arbitrary: fc.array(scalar, { maxLength: 3 }) })
const inner = fc.record({ x: value, y: scalar }, { requiredKeys: ['y'], noNullPrototype: true })
const documents = fc.array(
  fc.record(
    { a: value, b: value, c: fc.oneof(scalar, inner, fc.array(inner, { maxLength: 3 })) },
    { requiredKeys: [], noNullPrototype: true },
  ),
  { minLength: 5, maxLength: 25 },
)

const path = fc.constantFrom('a', 'a', 'b', 'c', 'c.x', 'c.y')
const direction = fc.constantFrom(1, -1)
const specs = fc.array(
  fc.record({
    key: fc
      .uniqueArray(fc.tuple(path, direction), { minLength: 1, maxLength: 3, selector: ([name]) => name })
      .map((entries) => Object.fromEntries(entries)),
    extra: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      fc.constantFrom<Doc>(
        { partialFilterExpression: { a: { $exists: true } } },
        { partialFilterExpression: { a: 1 } },
        { partialFilterExpression: { a: { $type: 'int' } } },
        { partialFilterExpression: { b: { $type: 'string' } } },
      ),
    ),
  }),
  { minLength: 1, maxLength: 3 },
)

const condition = fc.oneof(
  { weight: 4, arbitrary: value },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), value)
      .map(([operator, operand]) => ({ [operator]: operand })),
  },
  { weight: 4, arbitrary: fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })) },
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $elemMatch: { $gte: low, $lte: high } })),
  fc.array(scalar, { maxLength: 4 }).map((list) => ({ $in: list })),
  fc.constantFrom<unknown>({ $exists: true }, { $type: 'string' }, { $type: 'int' }, { $elemMatch: { $ne: 'a' } }),
)
const conditions = fc
  .uniqueArray(fc.tuple(path, condition), { maxLength: 3, selector: ([name]) => name })
  .map((entries) => Object.fromEntries(entries) as Doc)
const filters = fc.oneof(
  { weight: 4, arbitrary: conditions },
  fc
    .tuple(conditions, fc.array(conditions, { minLength: 1, maxLength: 3 }))
    .map(([outer, or]) => ({ ...outer, $or: or })),
)
const sorts = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c.x', '_id'), direction), {
    maxLength: 2,
    selector: ([name]) => name,
  })
  .map((entries) => Object.fromEntries(entries))

let number = 0

/** Fills a new collection, partly before and partly after its indexes are made, and then changes some documents. */
async function fill(database: Database, docs: Doc[], indexes: { key: Doc; extra: Doc }[]): Promise<Collection> {
  const namespace = `fuzz.c${number++}`
  return database.write(() => {
    const collection = database.ensure(namespace)
    const put = (doc: Doc, i: number): void =>
      attempt(() => {
        const raw = encode({ _id: i, ...doc })
        collection.insert(raw, decode(raw))
      })
    docs.slice(0, 5).forEach(put)
    indexes.forEach(({ key, extra }, i) =>
      attempt(() => database.createIndex(collection, decode(encode({ key, name: `i${i}`, ...extra })))),
    )
    docs.slice(5).forEach((doc, i) => put(doc, i + 5))
    const found = [...search(database, collection, { filter: {} })].filter((document) => document !== null)
    found.slice(0, 3).forEach((document, i) =>
      attempt(() => {
        const raw = encode({ _id: document.doc._id, ...docs.at(-1 - i) })
        collection.replace(document.record, document.doc, raw, decode(raw))
      }),
    )
    const gone = found[4]
    if (gone) collection.remove(gone.record, gone.doc)
    return collection
  })
}

/** Documents and indexes that MongoDB refuses (parallel arrays) are no part of the question. */
function attempt(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
  }
}

/** Whether the fields that an index key tells, if it tells them, are those of the document. Null: it does not. */
function tellsFields(found: Found): boolean | null {
  const names = found.entry?.index.fields.map((field) => field.path).filter((name) => !name.includes('.')) ?? []
  const row = names.length > 0 && rowFromKey(found.entry!, names)
  if (!row) return null
  const told = decode(row)
  return names.every((name) => compare(told[name], found.doc[name]) === 0)
}

describe('answers through indexes', () => {
  it('are those of a full scan, in the requested order', async () => {
    const database = temporaryDatabase()
    let covered = 0
    await fc.assert(
      fc.asyncProperty(
        documents,
        specs,
        fc.array(fc.tuple(filters, sorts, fc.integer({ min: 1, max: 6 })), { minLength: 30, maxLength: 30 }),
        async (docs, indexes, questions) => {
          const collection = await fill(database, docs, indexes)
          expect(disagreements(database, collection)).toEqual([])
          const all = database.keyspace
            .scan(collection.range, { limit: Infinity, values: true })
            .map((entry) => decode(entry.value!))
          for (const [question, order, limit] of questions) {
            const filter = decode(encode(question))
            const sort = parseSort(order)
            const expected = all.filter(compileFilter(filter))
            const ids = (list: Doc[]): number[] => list.map((doc) => Number(doc._id)).sort((a, b) => a - b)
            const answer = (max?: number): Doc[] =>
              [...search(database, collection, { filter, sort, limit: max })]
                .filter((found) => found !== null)
                .map((found) => found.doc)
            expect(ids(answer())).toEqual(ids(expected))
            for (const found of search(database, collection, { filter, sort })) {
              const isRight = found && tellsFields(found)
              if (typeof isRight !== 'boolean') continue
              covered++
              expect(isRight).toBe(true)
            }
            const keys = (list: Doc[]): string[] => list.map((doc) => sortKey(doc, sort).toString('hex'))
            expect(keys(answer(limit))).toEqual(keys(expected).sort().slice(0, limit))
            const count = countKeys(database, collection, parseFilter(filter))
            expect(count ?? expected.length).toBe(expected.length)
          }
          await database.writeAlone(() => database.drop(collection))
        },
      ),
      { numRuns: 80 },
    )
    expect(covered).toBeGreaterThan(100)
  })
})
