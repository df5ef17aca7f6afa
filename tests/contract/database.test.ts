import { Double, Int32, Long, ObjectId, type Document, type MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { databases, useDatabase } from './support/databases'

describe.each(databases)('writing and reading, $name', (available) => {
  const use = useDatabase(available)

  it('inserts a document with an _id of the server or of the client, and finds it', async () => {
    const c = await use.fresh()
    const { insertedId } = await c.insertOne({ text: 'hello' })
    expect(await c.findOne({ _id: insertedId })).toEqual({ _id: insertedId, text: 'hello' })
    await c.insertOne({ _id: 7 as never, text: 'own' })
    expect(await c.findOne({ _id: 7 as never })).toEqual({ _id: 7, text: 'own' })
    expect(await c.findOne({ _id: 8 as never })).toBeNull()
  })

  it('keeps insertion order', async () => {
    const c = await use.fresh(...[3, 1, 2].map((_id) => ({ _id })))
    expect((await c.find().toArray()).map((doc) => doc._id)).toEqual([3, 1, 2])
  })

  it('sorts and limits', async () => {
    const c = await use.fresh(...[5, 3, 1, 4, 2].map((n) => ({ n, even: n % 2 === 0 })))
    const numbers = async (cursor: { toArray(): Promise<Document[]> }): Promise<unknown[]> =>
      (await cursor.toArray()).map((doc) => doc.n)
    expect(await numbers(c.find().sort({ n: -1 }).limit(3))).toEqual([5, 4, 3])
    expect(await numbers(c.find().sort({ even: 1, n: -1 }))).toEqual([5, 3, 1, 4, 2])
    expect(
      await numbers(
        c
          .find({ n: { $gt: 2 } })
          .sort({ n: 1 })
          .limit(2),
      ),
    ).toEqual([3, 4])
  })

  it('counts', async () => {
    const c = await use.fresh(...[1, 2, 3, 4].map((n) => ({ n })))
    expect(await c.countDocuments()).toBe(4)
    expect(await c.countDocuments({ n: { $gt: 1 } })).toBe(3)
    expect(await c.countDocuments({ n: 9 })).toBe(0)
    expect(await (await use.fresh()).countDocuments()).toBe(0)
  })

  it('groups by a field, and counts', async () => {
    const c = await use.fresh({ k: 'a', n: 1 }, { k: 'b', n: 2 }, { k: 'a', n: 3 }, { n: 4 })
    const rows = await c
      .aggregate([{ $match: { n: { $lt: 9 } } }, { $group: { _id: '$k', count: { $sum: 1 }, total: { $sum: '$n' } } }])
      .toArray()
    expect(rows.sort((a, b) => String(a._id ?? '').localeCompare(String(b._id ?? '')))).toEqual([
      { _id: null, count: 1, total: 4 },
      { _id: 'a', count: 2, total: 4 },
      { _id: 'b', count: 1, total: 2 },
    ])
    expect(await c.aggregate([{ $group: { _id: null, n: { $sum: 2 } } }]).toArray()).toEqual([{ _id: null, n: 8 }])
    expect(await c.aggregate([{ $match: { k: 'z' } }, { $group: { _id: 1, n: { $sum: 1 } } }]).toArray()).toEqual([])
  })

  it('lists distinct values, also from arrays', async () => {
    const c = await use.fresh({ t: ['b', 'a'] }, { t: 'c' }, { t: ['a'] }, {})
    expect(await c.distinct('t')).toEqual(['a', 'b', 'c'])
    expect(await c.distinct('t', { t: 'b' })).toEqual(['a', 'b'])
  })

  it('projects by inclusion and exclusion', async () => {
    const c = await use.fresh({ _id: 1 as never, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5, { y: 3 }], z: 9 })
    const one = (projection: object): Promise<unknown> => c.findOne({}, { projection })
    expect(await one({ a: 1 })).toEqual({ _id: 1, a: { b: 1, c: 2 } })
    expect(await one({ z: true, missing: 1, _id: 0 })).toEqual({ z: 9 })
    expect(await one({ a: 0, list: 0 })).toEqual({ _id: 1, z: 9 })
    expect(await one({ list: 0, z: false, _id: 0 })).toEqual({ a: { b: 1, c: 2 } })
    expect(await one({ z: 0, _id: 1 })).toEqual({ _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5, { y: 3 }] })
    expect(await one({ _id: 1 })).toEqual({ _id: 1 })
    expect(await one({ _id: 0 })).toEqual({ a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5, { y: 3 }], z: 9 })
    await expect(one({ a: 1, z: 0 })).rejects.toThrow(/exclusion/)
  })

  it('deletes one document, many documents, and one that it returns', async () => {
    const c = await use.fresh(...[1, 2, 3, 4].map((n) => ({ n })))
    expect((await c.deleteOne({ n: { $gt: 1 } })).deletedCount).toBe(1)
    expect(await c.findOneAndDelete({ n: 4 }, { projection: { _id: 0 } })).toEqual({ n: 4 })
    expect((await c.deleteMany({})).deletedCount).toBe(2)
    expect(await c.findOneAndDelete({ n: 1 })).toBeNull()
  })

  it('returns every type unchanged', async () => {
    const c = await use.fresh()
    const doc = {
      _id: new ObjectId(),
      int: new Int32(1),
      long: Long.fromNumber(1),
      double: new Double(1),
      nested: { when: new Date(5), nothing: null },
      list: [true, 'é'],
    }
    await c.insertOne(doc)
    const raw = await c.findOne({}, { promoteValues: false })
    expect(raw).toEqual({ ...doc, nested: doc.nested })
    expect([raw!.int._bsontype, raw!.long._bsontype, raw!.double._bsontype]).toEqual(['Int32', 'Long', 'Double'])
    expect(Object.keys(raw!)).toEqual(Object.keys(doc))
  })

  it('reports the errors of ordered and unordered writes', async () => {
    const c = await use.fresh({ _id: 2 as never })
    const docs = [1, 2, 3, 2].map((_id) => ({ _id: _id as never }))
    const ordered = (await c.insertMany(docs).catch((error: unknown) => error)) as MongoServerError & {
      result: { insertedCount: number }
      writeErrors: { index: number; code: number }[]
    }
    expect([ordered.code, ordered.result.insertedCount, ordered.writeErrors.map((error) => error.index)]).toEqual([
      11000,
      1,
      [1],
    ])
    await c.deleteOne({ _id: 1 as never })
    const unordered = (await c.insertMany(docs, { ordered: false }).catch((error: unknown) => error)) as typeof ordered
    expect([unordered.result.insertedCount, unordered.writeErrors.map((error) => error.index)]).toEqual([2, [1, 3]])
    expect(await c.countDocuments()).toBe(3)
  })

  it('writes in bulk', async () => {
    const c = await use.fresh({ _id: 1 as never, n: 1 }, { _id: 2 as never, n: 1 })
    const result = await c.bulkWrite([
      { insertOne: { document: { _id: 3 as never, n: 1 } } },
      { updateOne: { filter: { _id: 1 as never }, update: { $inc: { n: 1 } } } },
      { updateMany: { filter: { n: 1 }, update: { $set: { m: 1 } } } },
      { updateOne: { filter: { _id: 9 as never }, update: { $set: { n: 9 } }, upsert: true } },
      { updateOne: { filter: { _id: 2 as never }, update: { $set: { r: 1 } } } },
      { deleteOne: { filter: { _id: 3 as never } } },
    ])
    expect([
      result.insertedCount,
      result.matchedCount,
      result.modifiedCount,
      result.upsertedCount,
      result.deletedCount,
      result.upsertedIds,
    ]).toEqual([1, 4, 4, 1, 1, { 3: 9 }])
    expect(await c.find().toArray()).toEqual([
      { _id: 1, n: 2 },
      { _id: 2, n: 1, m: 1, r: 1 },
      { _id: 9, n: 9 },
    ])
    const failed = (await c
      .bulkWrite(
        [
          { updateOne: { filter: { _id: 1 as never }, update: { $set: { _id: 5 } } } },
          { deleteOne: { filter: { _id: 9 as never } } },
        ],
        { ordered: false },
      )
      .catch((error: unknown) => error)) as {
      writeErrors: { index: number; code: number }[]
      result: { deletedCount: number }
    }
    expect([failed.writeErrors.map(({ index, code }) => [index, code]), failed.result.deletedCount]).toEqual([
      [[0, 66]],
      1,
    ])
  })

  it('creates, lists and drops collections', async () => {
    const c = await use.fresh({ a: 1 })
    await use.db.createCollection('made')
    const names = (await use.db.listCollections().toArray()).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([c.collectionName, 'made']))
    expect(await use.db.listCollections({ name: 'made' }, { nameOnly: true }).toArray()).toEqual([
      { name: 'made', type: 'collection' },
    ])
    await c.drop()
    expect(await c.countDocuments()).toBe(0)
    expect(await use.db.command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('performs a write whose answer nobody waits for', async () => {
    const c = await use.fresh({ _id: 1 as never })
    await c.insertOne({ _id: 2 as never }, { writeConcern: { w: 0 } })
    // The same connection serves the next command, so its answer shows that the silent one was not mixed up with it.
    await expect.poll(() => c.countDocuments()).toBe(2)
  })

  it('names a command that it does not know', async () => {
    await expect(use.db.command({ frobnicate: 1 })).rejects.toThrow(/frobnicate/)
    await expect((await use.fresh({ a: 1 })).findOne({ a: { $frob: 1 } })).rejects.toThrow(/\$frob/)
  })
})
