import { Double, Int32, Long, ObjectId, type Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { databases, useDatabase } from './support/databases'

describe.each(databases)('updates, $name', (available) => {
  const use = useDatabase(available)

  /** Applies an update to one document and returns what became of it. */
  async function changed(before: Document, update: Document): Promise<Document> {
    const c = await use.fresh({ _id: 1, ...before })
    await c.updateOne({ _id: 1 as never }, update)
    const { _id, ...rest } = (await c.findOne())!
    return rest
  }
  const failing = (before: Document, update: Document): Promise<unknown> =>
    changed(before, update).then(
      () => 'no error',
      (error: { code: number }) => error.code,
    )

  it('sets a field, and creates the path to it', async () => {
    expect(await changed({ a: 1 }, { $set: { b: 2, 'c.d.e': 3 } })).toEqual({ a: 1, b: 2, c: { d: { e: 3 } } })
    expect(await changed({ a: { b: 1, c: 2 } }, { $set: { 'a.b': { d: 1 } } })).toEqual({ a: { b: { d: 1 }, c: 2 } })
  })

  it('refuses paths that are blocked, that conflict, or that change the _id', async () => {
    expect(await failing({ a: 1 }, { $set: { 'a.b': 1 } })).toBe(28)
    expect(await failing({ a: [1] }, { $set: { 'a.b': 1 } })).toBe(28)
    expect(await failing({ a: null }, { $set: { 'a.b': 1 } })).toBe(28)
    expect(await failing({}, { $set: { a: 1 }, $inc: { a: 1 } })).toBe(40)
    expect(await failing({}, { $set: { a: {}, 'a.b': 1 } })).toBe(40)
    expect(await failing({}, { $set: { _id: 2 } })).toBe(66)
    expect(await failing({ a: 'x' }, { $inc: { a: 1 } })).toBe(14)
    expect(await failing({ a: 1 }, { $inc: { a: 'x' } })).toBe(14)
    for (const a of [1, null, 'text', { x: 1 }]) expect(await failing({ a }, { $addToSet: { a: 1 } })).toBe(2)
    expect(await changed({ a: 1 }, { $set: { _id: 1, a: 2 } })).toEqual({ a: 2 })
  })

  it('adds numbers, and keeps the larger one', async () => {
    expect(await changed({ n: 1 }, { $inc: { n: 2, m: -1, 'o.p': 4 } })).toEqual({ n: 3, m: -1, o: { p: 4 } })
    expect(await changed({ a: 5, b: 5, d: new Date(1) }, { $max: { a: 3, b: 9, c: 1, d: new Date(2) } })).toEqual({
      a: 5,
      b: 9,
      c: 1,
      d: new Date(2),
    })
  })

  it('keeps int32, int64 and double apart', async () => {
    const c = await use.fresh({
      _id: 1,
      int: new Int32(1),
      max: new Int32(2 ** 31 - 1),
      long: Long.fromNumber(1),
      double: new Double(1),
      other: new Double(2),
    })
    await c.updateOne({}, { $inc: { int: 1, max: 1, long: 1, double: new Int32(1) } })
    const doc = (await c.findOne({}, { promoteValues: false }))!
    expect(doc).toMatchObject({
      int: new Int32(2),
      max: Long.fromNumber(2 ** 31),
      long: Long.fromNumber(2),
      double: new Double(2),
      other: new Double(2),
    })
    expect(['int', 'max', 'long', 'double', 'other'].map((name) => doc[name]._bsontype)).toEqual([
      'Int32',
      'Long',
      'Long',
      'Double',
      'Double',
    ])
  })

  it('adds values to sets', async () => {
    const id = new ObjectId()
    expect(await changed({}, { $addToSet: { a: 1 } })).toEqual({ a: [1] })
    expect(await changed({ a: [1, id] }, { $addToSet: { a: id } })).toEqual({ a: [1, id] })
    expect(await changed({ a: [1] }, { $addToSet: { a: [1] } })).toEqual({ a: [1, [1]] })
    expect(await changed({ a: [{ x: 1 }] }, { $addToSet: { a: { x: 1 } } })).toEqual({ a: [{ x: 1 }] })
    expect(await changed({ a: [{ x: 1 }] }, { $addToSet: { a: { x: 2 } } })).toEqual({ a: [{ x: 1 }, { x: 2 }] })
  })

  it('takes values out of arrays', async () => {
    const id = new ObjectId()
    expect(await changed({ a: [id, 1, id] }, { $pull: { a: id } })).toEqual({ a: [1] })
    expect(await changed({ a: { b: [1] } }, { $pull: { 'a.b': 1 } })).toEqual({ a: { b: [] } })
    expect(await changed({ a: [1, [1]] }, { $pull: { a: [1] } })).toEqual({ a: [1] })
    expect(await changed({ b: 1 }, { $pull: { a: 1, 'c.d': 1 } })).toEqual({ b: 1 })
    for (const a of [1, null, 'text', { x: 1 }]) expect(await failing({ a }, { $pull: { a: 1 } })).toBe(2)
  })

  it('removes fields', async () => {
    expect(await changed({ a: 1, b: 2 }, { $unset: { a: '', c: '', 'd.e': '' } })).toEqual({ b: 2 })
    expect(await changed({ a: { b: 1, c: 2 } }, { $unset: { 'a.b': '' } })).toEqual({ a: { c: 2 } })
    expect(await changed({ a: 1 }, { $unset: { 'a.b': '' } })).toEqual({ a: 1 })
  })

  it('names fields after emoji, in the order in which they came', async () => {
    const updates = ['👍', '#️⃣', '1️⃣', '❤️'].map((emoji) => ({ $addToSet: { [`a.${emoji}`]: 1 } }))
    const c = await use.fresh({ _id: 1 })
    for (const update of updates) await c.updateOne({}, update)
    await c.updateOne({ 'a.👍': 1 }, { $unset: { 'a.👍': '' }, $inc: { n: 1 } })
    expect(Object.entries((await c.findOne())!.a)).toEqual([
      ['#️⃣', [1]],
      ['1️⃣', [1]],
      ['❤️', [1]],
    ])
  })

  it('counts matched and modified', async () => {
    const c = await use.fresh(...[1, 2, 3].map((n) => ({ n })))
    expect(await c.updateMany({ n: { $gt: 1 } }, { $set: { n: 2 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 1,
      upsertedCount: 0,
    })
    expect(await c.updateOne({ n: 9 }, { $set: { n: 2 } })).toMatchObject({ matchedCount: 0, modifiedCount: 0 })
    expect((await c.updateMany({}, { $inc: { n: 1 } })).modifiedCount).toBe(3)
  })

  it('inserts an upsert from the equalities of the filter and the update', async () => {
    const c = await use.fresh()
    const result = await c.updateOne(
      { email: 'a', n: { $gt: 5 }, $and: [{ 'x.y': { $eq: 1 } }] },
      { $set: { z: 1 }, $setOnInsert: { first: true }, $inc: { n: 1 } },
      { upsert: true },
    )
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 1 })
    expect(await c.findOne()).toEqual({ _id: result.upsertedId, email: 'a', x: { y: 1 }, first: true, n: 1, z: 1 })
    await c.updateOne({ email: 'a' }, { $setOnInsert: { first: false }, $set: { z: 2 } }, { upsert: true })
    expect(await c.findOne()).toMatchObject({ first: true, z: 2 })
    await c.updateMany({ _id: 6 as never }, { $set: { m: 1 } }, { upsert: true })
    expect(await c.findOne({ _id: 6 as never })).toEqual({ _id: 6, m: 1 })
  })

  it('finds and changes one document', async () => {
    const c = await use.fresh({ _id: 1, n: 1 }, { _id: 2, n: 5 })
    expect(await c.findOneAndUpdate({ n: { $gt: 1 } }, { $inc: { n: 1 } })).toEqual({ _id: 2, n: 5 })
    expect(
      await c.findOneAndUpdate(
        { _id: 2 as never },
        { $inc: { n: 1 } },
        { returnDocument: 'after', projection: { _id: 0 } },
      ),
    ).toEqual({ n: 7 })
    expect(await c.findOneAndUpdate({ _id: 3 as never }, { $set: { a: 1 } }, { upsert: true })).toBeNull()
    expect(
      await c.findOneAndUpdate(
        { _id: 4 as never },
        { $set: { a: 1 } },
        { upsert: true, returnDocument: 'after', includeResultMetadata: true },
      ),
    ).toMatchObject({ value: { _id: 4, a: 1 }, lastErrorObject: { updatedExisting: false, upserted: 4, n: 1 } })
    expect(await c.findOneAndUpdate({ _id: 9 as never }, { $set: { a: 1 } })).toBeNull()
  })

  it('loses no concurrent increment', async () => {
    const c = await use.fresh({ _id: 1, n: 0 })
    const seen = await Promise.all(
      Array.from({ length: 200 }, () =>
        c.findOneAndUpdate({ _id: 1 as never }, { $inc: { n: 1 } }, { returnDocument: 'after' }),
      ),
    )
    expect(new Set(seen.map((doc) => doc!.n)).size).toBe(200)
    await Promise.all(Array.from({ length: 100 }, () => c.updateOne({ _id: 1 as never }, { $inc: { n: 1 } })))
    expect((await c.findOne())!.n).toBe(300)
  })

  it('treats strange field names as data', async () => {
    const c = await use.fresh()
    await c.insertOne(JSON.parse('{"_id":1,"__proto__":{"polluted":1},"constructor":"x"}'))
    await c.updateOne({}, JSON.parse('{"$set":{"a.__proto__.polluted":1,"toString":"y"}}'))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    const doc = (await c.findOne({ constructor: 'x' }))!
    expect(Object.keys(doc)).toEqual(expect.arrayContaining(['__proto__', 'constructor', 'a', 'toString']))
    expect(await c.countDocuments({ hasOwnProperty: { $exists: true } })).toBe(0)
    expect(Object.keys((await c.findOne({}, { projection: JSON.parse('{"__proto__":1,"_id":0}') }))!)).toEqual([
      '__proto__',
    ])
  })

  it('changes many documents, each once', async () => {
    const c = await use.fresh(...Array.from({ length: 300 }, (_, n) => ({ n })))
    await c.createIndex({ n: 1 })
    expect((await c.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1000 } })).modifiedCount).toBe(300)
    expect(await c.countDocuments({ n: { $gte: 1000, $lt: 1300 } })).toBe(300)
  })
})
