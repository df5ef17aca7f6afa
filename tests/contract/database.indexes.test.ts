import type { Document, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { databases, useDatabase } from './support/databases'

describe.each(databases)('indexes and cursors, $name', (available) => {
  const use = useDatabase(available)
  const errorOf = (promise: Promise<unknown>): Promise<MongoServerError> =>
    promise.then(
      () => {
        throw new Error('no error')
      },
      (error: MongoServerError) => error,
    )

  it('creates indexes on existing documents, and lists them', async () => {
    const c = await use.fresh({ a: 1 }, { a: 2 })
    expect(await c.createIndex({ a: 1, b: -1 }, { unique: true })).toBe('a_1_b_-1')
    await c.createIndexes([
      { key: { c: 1 }, partialFilterExpression: { c: { $exists: true } }, name: 'mine' },
      { key: { d: 1 }, expireAfterSeconds: 60 },
    ])
    expect(await c.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true },
      { v: 2, key: { c: 1 }, name: 'mine', partialFilterExpression: { c: { $exists: true } } },
      { v: 2, key: { d: 1 }, name: 'd_1', expireAfterSeconds: 60 },
    ])
    expect(await c.createIndex({ a: 1, b: -1 }, { unique: true })).toBe('a_1_b_-1')
    expect((await errorOf(c.createIndex({ a: 1, b: -1 }, { name: 'other' }))).code).toBe(85)
    expect((await errorOf(c.createIndex({ z: 1 }, { name: 'mine' }))).code).toBe(86)
    expect((await errorOf((await use.fresh()).indexes())).code).toBe(26)
  })

  it('refuses duplicates, and names them', async () => {
    const c = await use.fresh()
    await c.createIndex({ email: 1 }, { unique: true })
    await c.insertOne({ email: 'a' })
    const error = await errorOf(c.insertOne({ email: 'a' }))
    expect(error).toMatchObject({ code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'a' } })
    expect(error.message).toContain(
      `E11000 duplicate key error collection: ${c.namespace} index: email_1 dup key: { email: "a" }`,
    )
    await c.insertOne({ email: 'b' })
    expect((await errorOf(c.updateOne({ email: 'b' }, { $set: { email: 'a' } }))).code).toBe(11000)
    expect(await errorOf(c.findOneAndUpdate({ email: 'b' }, { $set: { email: 'a' } }))).toMatchObject({
      code: 11000,
      keyValue: { email: 'a' },
    })
    expect((await errorOf(c.updateOne({ x: 1 }, { $set: { email: 'a' } }, { upsert: true }))).code).toBe(11000)
    await c.updateOne({ email: 'a' }, { $set: { email: 'a', n: 1 } })
    await c.deleteOne({ email: 'a' })
    await c.insertOne({ email: 'a' })
    await c.insertOne({})
    expect(await errorOf(c.insertOne({}))).toMatchObject({ code: 11000, keyValue: { email: null } })
    await c.insertOne({ email: ['x', 'x'] })
    expect((await errorOf(c.insertOne({ email: ['y', 'x'] }))).code).toBe(11000)
    expect((await errorOf(c.insertOne({ _id: (await c.findOne({ email: 'b' }))!._id }))).keyPattern).toEqual({ _id: 1 })
  })

  it('does not build a unique index over duplicates', async () => {
    const c = await use.fresh({ a: 1 }, { a: 1 })
    expect((await errorOf(c.createIndex({ a: 1 }, { unique: true }))).code).toBe(11000)
    expect(await c.indexes()).toHaveLength(1)
    await c.insertOne({ a: 1 })
    await c.createIndex({ a: 1 })
    expect(await c.countDocuments({ a: 1 })).toBe(3)
  })

  it('leaves documents out of partial indexes', async () => {
    const c = await use.fresh()
    await c.createIndex({ s: 1 }, { unique: true, partialFilterExpression: { s: { $exists: true } } })
    await c.createIndex({ key: 1 }, { unique: true, partialFilterExpression: { kind: 'direct', n: { $type: 'int' } } })
    await c.insertMany([
      { n: 1 },
      { n: 2 },
      { key: 'k', kind: 'direct', n: 2 },
      { key: 'k', kind: 'group', n: 2 },
      { key: 'k', kind: 'direct', n: 'one' },
    ])
    expect((await errorOf(c.insertOne({ key: 'k', kind: 'direct', n: 5 }))).code).toBe(11000)
    expect((await errorOf(c.updateOne({ kind: 'group' }, { $set: { kind: 'direct' } }))).code).toBe(11000)
    expect(await c.countDocuments({ s: null })).toBe(5)
    expect(await c.countDocuments({ key: 'k' })).toBe(3)
    expect(await c.countDocuments({ key: 'k', kind: 'direct', n: { $gt: 1 } })).toBe(1)
    expect(await c.countDocuments({ key: 'k', kind: 'direct', n: { $type: 'int' } })).toBe(1)
    expect(await c.find().sort({ s: 1 }).toArray()).toHaveLength(5)
  })

  it('lets one of 50 concurrent writers win', async () => {
    const c = await use.fresh()
    await c.createIndex({ name: 1 }, { unique: true })
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => c.insertOne({ name: 'same', i })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(
      results.filter((result) => result.status === 'rejected' && (result.reason as MongoServerError).code !== 11000),
    ).toEqual([])
    const upserts = await Promise.all(
      Array.from({ length: 50 }, () => c.updateOne({ name: 'other' }, { $inc: { n: 1 } }, { upsert: true })),
    )
    expect(upserts.filter(({ upsertedCount }) => upsertedCount === 1)).toHaveLength(1)
    expect((await c.findOne({ name: 'other' }))!.n).toBe(50)
  })

  it('indexes values too long for a key', async () => {
    const c = await use.fresh()
    await c.createIndex({ text: 1 }, { unique: true })
    const long = 'x'.repeat(5000)
    await c.insertMany([{ text: `${long}b` }, { text: `${long}a` }, { text: 'short' }])
    expect((await errorOf(c.insertOne({ text: `${long}a` }))).code).toBe(11000)
    expect(await c.countDocuments({ text: `${long}a` })).toBe(1)
    expect(await c.countDocuments({ text: { $gt: `${long}a` } })).toBe(1)
    expect((await c.find().sort({ text: -1 }).toArray()).map(({ text }) => (text as string).at(-1))).toEqual([
      'b',
      'a',
      't',
    ])
  })

  it('pages through messages by an index, forwards and back', async () => {
    const docs: Document[] = []
    for (let seq = 1; seq <= 120; seq++) for (const room of ['a', 'b']) docs.push({ room, seq, rev: 200 - seq })
    const c = await use.fresh(...docs)
    await c.createIndex({ room: 1, seq: 1 }, { unique: true })
    await c.createIndex({ room: 1, rev: 1 })
    const page = await c
      .find({ room: 'a', seq: { $lt: 100 } })
      .sort({ seq: -1 })
      .limit(50)
      .toArray()
    expect(page.map((doc) => doc.seq)).toEqual(Array.from({ length: 50 }, (_, i) => 99 - i))
    expect(
      (
        await c
          .find({ room: 'b', rev: { $gt: 190 } })
          .sort({ rev: 1 })
          .toArray()
      ).map((doc) => doc.seq),
    ).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(await c.countDocuments({ room: 'a', seq: { $gt: 100, $lte: 110 } })).toBe(10)
    expect(
      await c
        .find({ room: { $in: ['b', 'a'] }, seq: 7 })
        .sort({ room: -1 })
        .map((doc) => doc.room)
        .toArray(),
    ).toEqual(['b', 'a'])
  })

  it('answers 101 rows first, then as many as requested', async () => {
    const c = await use.fresh(...Array.from({ length: 350 }, (_, n) => ({ _id: n as never })))
    const first = await use.db.command({ find: c.collectionName })
    expect(first.cursor.firstBatch).toHaveLength(101)
    const second = await use.db.command({ getMore: first.cursor.id, collection: c.collectionName, batchSize: 200 })
    expect([second.cursor.nextBatch.length, second.cursor.nextBatch[0]._id]).toEqual([200, 101])
    const last = await use.db.command({ getMore: first.cursor.id, collection: c.collectionName })
    expect([last.cursor.nextBatch.length, Number(last.cursor.id)]).toEqual([49, 0])
    expect((await errorOf(use.db.command({ getMore: first.cursor.id, collection: c.collectionName }))).code).toBe(43)
    const ids = await c
      .find()
      .batchSize(7)
      .map((doc) => Number(doc._id))
      .toArray()
    expect(ids).toEqual(Array.from({ length: 350 }, (_, n) => n))
    expect(await c.find({}, { batchSize: 0 }).limit(120).toArray()).toHaveLength(120)
    expect(await c.find().limit(-5).toArray()).toHaveLength(5)
  })

  it('forgets killed cursors', async () => {
    const c = await use.fresh(...Array.from({ length: 10 }, (_, n) => ({ n })))
    const { cursor } = await use.db.command({ find: c.collectionName, batchSize: 2 })
    expect(
      (await use.db.command({ killCursors: c.collectionName, cursors: [cursor.id] })).cursorsKilled.map(String),
    ).toEqual([String(cursor.id)])
    expect((await errorOf(use.db.command({ getMore: cursor.id, collection: c.collectionName }))).code).toBe(43)
  })

  it('keeps replies under 16 MB', async () => {
    const blob = Buffer.alloc(3_000_000)
    const c = await use.fresh()
    for (let i = 0; i < 8; i++) await c.insertOne({ i, blob })
    expect((await use.db.command({ find: c.collectionName })).cursor.firstBatch.length).toBeLessThan(6)
    expect((await c.find().toArray()).map(({ i }) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect((await c.find({}, { sort: { i: -1 } }).toArray()).map(({ i }) => i)).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
    await expect(c.insertOne({ blob: Buffer.alloc(16_777_216) })).rejects.toThrow(/size|large/i)
  })
})
