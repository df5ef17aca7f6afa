import { BSONRegExp, Decimal128, type Collection, type Document, type MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { databases, useDatabase } from './support/databases'

type Ask = (c: Collection) => Promise<unknown>

const find =
  (filter: Document): Ask =>
  (c) =>
    c.find(filter).toArray()
const project =
  (projection: Document): Ask =>
  (c) =>
    c.find({}, { projection }).toArray()
const aggregate =
  (...pipeline: Document[]): Ask =>
  (c) =>
    c.aggregate(pipeline).toArray()
const update =
  (change: Document): Ask =>
  (c) =>
    c.updateOne({}, change)

/** What MongoDB can do and nothing here asks for, each with the word by which it is refused. */
const QUERIES: [string, Ask][] = [
  ...['$where', '$text', '$expr', '$nor', '$comment', '$jsonSchema'].map((operator): [string, Ask] => [
    operator,
    find({ [operator]: 'x' }),
  ]),
  ...['$near', '$nin', '$not', '$all', '$size', '$mod', '$regex', '$options', '$bitsAllSet'].flatMap(
    (operator): [string, Ask][] => [
      [operator, find({ a: { [operator]: 'x' } })],
      [operator, find({ $or: [{ b: 1 }, { $and: [{ 'a.b': { $gt: 1, [operator]: 'x' } }] }] })],
      [operator, find({ a: { $elemMatch: { [operator]: 'x' } } })],
    ],
  ),
  ['$exists: false', find({ a: { $exists: false } })],
  ...[2, 'number', ['string']].map((type): [string, Ask] => ['$type', find({ a: { $type: type } })]),
  ['$elemMatch on fields', find({ a: { $elemMatch: { b: 1 } } })],
  ['$elemMatch on fields', find({ a: { $elemMatch: { $gt: 1, b: 1 } } })],
  ['regular expression', find({ a: /x/ })],
  ['regular expression', find({ a: new BSONRegExp('x', 'i') })],
  ['regular expression', find({ a: { $in: ['a', /x/] } })],
  ['Decimal128', find({ a: { $gt: Decimal128.fromString('1') } })],
  ['collation', (c) => c.find({}, { collation: { locale: 'en' } }).toArray()],
  ['skip', (c) => c.find().skip(1).toArray()],
  ['$natural', (c) => c.find().sort({ $natural: -1 }).toArray()],
  [
    'sort expression',
    (c) =>
      c
        .find()
        .sort({ a: { $meta: 'textScore' } })
        .toArray(),
  ],
  ['$slice', project({ a: { $slice: 1 } })],
  ['a.$', project({ 'a.$': 1 })],
  ['a.b', project({ 'a.b': 1 })],
  ['nested path a', project({ a: { b: 1 } })],
  ['expression on a', project({ a: '$b' })],
]
const AGGREGATIONS: [string, Ask][] = [
  ...['$lookup', '$project', '$sort', '$skip', '$limit', '$unwind', '$count', '$out', '$merge', '$facet'].map(
    (stage): [string, Ask] => [stage, aggregate({ [stage]: {} })],
  ),
  ['$match', aggregate({ $match: { a: 1 } })],
  ['$match', aggregate({ $group: { _id: null } }, { $match: { a: 1 } })],
  ['$group', aggregate({ $group: { _id: null } }, { $group: { _id: null } })],
  ['empty pipeline', aggregate()],
  ['$avg', aggregate({ $group: { _id: null, n: { $avg: '$a' } } })],
  ['$push', aggregate({ $group: { _id: null, n: { $push: '$a' } } })],
  ['$skip', (c) => c.countDocuments({}, { skip: 1 })],
  ['$limit', (c) => c.countDocuments({}, { limit: 1 })],
  ['$changeStream', (c) => c.watch().next()],
]
const UPDATES: [string, Ask][] = [
  ...['$rename', '$min', '$mul', '$push', '$pullAll', '$pop', '$bit', '$currentDate'].map((operator): [string, Ask] => [
    operator,
    update({ [operator]: { a: 1 } }),
  ]),
  ['$each', update({ $addToSet: { a: { $each: [1] } } })],
  ['$pull with a condition', update({ $pull: { a: { b: 1 } } })],
  ['pipeline', (c) => c.updateOne({}, [{ $set: { a: 2 } }])],
  ['positional operator $', update({ $set: { 'a.$': 1 } })],
  ['positional operator $[]', update({ $set: { 'a.$[].b': 1 } })],
  ['arrayFilters', (c) => c.updateOne({}, { $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] })],
  ['array position 0', update({ $set: { 'a.0': 1 } })],
  ['replaces a whole document', (c) => c.replaceOne({}, { b: 1 })],
  ['replaces a whole document', (c) => c.findOneAndReplace({}, { b: 1 })],
  ['sort of update', (c) => c.updateOne({}, { $set: { a: 1 } }, { sort: { a: 1 } })],
  ['sort of findAndModify', (c) => c.findOneAndUpdate({}, { $set: { a: 1 } }, { sort: { a: 1 } })],
]
const INDEXES: [string, Ask][] = [
  ['type text', (c) => c.createIndex({ a: 'text' })],
  ['type hashed', (c) => c.createIndex({ a: 'hashed' })],
  ['$**', (c) => c.createIndex({ '$**': 1 })],
  ['sparse', (c) => c.createIndex({ a: 1 }, { sparse: true })],
  ['collation', (c) => c.createIndex({ a: 1 }, { collation: { locale: 'en' } })],
  ...['$gt', '$in', '$lte'].map((operator): [string, Ask] => [
    operator,
    (c) => c.createIndex({ a: 1 }, { partialFilterExpression: { b: { [operator]: operator === '$in' ? [1] : 1 } } }),
  ]),
  ['$or', (c) => c.createIndex({ a: 1 }, { partialFilterExpression: { $or: [{ b: 1 }] } })],
]

describe.each(databases.filter(({ embedded }) => embedded))('what the $name refuses', (available) => {
  const use = useDatabase(available)

  it.each([...QUERIES, ...AGGREGATIONS, ...UPDATES, ...INDEXES])(
    '%s, by name and with advice (%#)',
    async (word, ask) => {
      const before = { _id: 1 as never, a: [1], b: 1 }
      const c = await use.fresh(before)
      const error = await ask(c).then(
        () => undefined,
        (reason: MongoServerError) => reason,
      )
      expect(error?.message).toContain(word)
      expect(error).toMatchObject({ code: 238, message: expect.stringContaining('MONGODB_URI') })
      expect(await c.find().toArray()).toEqual([before])
    },
  )

  it.each([
    'count',
    'dropDatabase',
    'dropIndexes',
    'listDatabases',
    'buildInfo',
    'mapReduce',
    'renameCollection',
    'collMod',
  ])('the command %s', async (name) => {
    const error = await use.db.command({ [name]: 1 }).then(
      () => undefined,
      (reason: MongoServerError) => reason,
    )
    expect(error).toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
      message: expect.stringContaining(`does not support the command ${name}`),
    })
  })
})
