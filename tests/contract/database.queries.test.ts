import { EJSON } from 'bson'
import { Binary, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, type Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { databases, useDatabase } from './support/databases'

describe.each(databases)('queries, $name', (available) => {
  const use = useDatabase(available)

  /** Inserts values as field `a` of numbered documents and tells which numbers each filter finds. */
  async function asking(
    values: unknown[],
    indexes: Document[] = [],
  ): Promise<(filter: Document) => Promise<unknown[]>> {
    const c = await use.fresh(...(values.map((a, _id) => (a === undefined ? { _id } : { _id, a })) as Document[]))
    for (const index of indexes) await c.createIndex(index)
    return async (filter) => (await c.find(filter).sort({ _id: 1 }).toArray()).map((doc) => doc._id)
  }

  describe.each([
    { how: 'scanning', indexes: [] },
    { how: 'through an index', indexes: [{ a: 1 }] },
    { how: 'through a descending index', indexes: [{ a: -1 }] },
  ])('$how', ({ indexes }) => {
    it('compares within a type only', async () => {
      const ask = await asking(
        [1, 2.5, Long.fromNumber(3), 'b', null, undefined, new Date(0), true, { x: 1 }, [2], NaN],
        indexes,
      )
      expect(await ask({ a: { $gt: 1 } })).toEqual([1, 2, 9])
      expect(await ask({ a: { $lte: 2.5 } })).toEqual([0, 1, 9])
      expect(await ask({ a: { $gte: 'a' } })).toEqual([3])
      expect(await ask({ a: { $lt: new Date(1) } })).toEqual([6])
      expect(await ask({ a: { $gte: false } })).toEqual([7])
      expect(await ask({ a: { $gte: null } })).toEqual([4, 5])
      expect(await ask({ a: { $gt: { x: 0 } } })).toEqual([8])
      expect(await ask({ a: NaN })).toEqual([10])
      expect(await ask({ a: { $gte: NaN } })).toEqual([10])
    })

    it('treats a missing field as null, except for $exists', async () => {
      const ask = await asking([null, undefined, 1, [], [null]], indexes)
      expect(await ask({ a: null })).toEqual([0, 1, 4])
      expect(await ask({ a: { $ne: null } })).toEqual([2, 3])
      expect(await ask({ a: { $exists: true } })).toEqual([0, 2, 3, 4])
      expect(await ask({ a: { $in: [null, 1] } })).toEqual([0, 1, 2, 4])
    })

    it('finds arrays by element and as a whole', async () => {
      const ask = await asking([[1, 2], [2, 1], 1, [[1, 2]], [], [5, 15]], indexes)
      expect(await ask({ a: 1 })).toEqual([0, 1, 2])
      expect(await ask({ a: [1, 2] })).toEqual([0, 3])
      expect(await ask({ a: [] })).toEqual([4])
      expect(await ask({ a: { $gt: 6, $lt: 14 } })).toEqual([5])
      expect(await ask({ a: { $elemMatch: { $gt: 6, $lt: 14 } } })).toEqual([])
      expect(await ask({ a: { $ne: 1 } })).toEqual([3, 4, 5])
    })

    it('compares numbers of all types exactly', async () => {
      const ask = await asking(
        [Long.fromString('9007199254740993'), new Double(9007199254740992), new Int32(5), Long.fromNumber(5), -0],
        indexes,
      )
      expect(await ask({ a: Long.fromString('9007199254740993') })).toEqual([0])
      expect(await ask({ a: { $gt: new Double(9007199254740992) } })).toEqual([0])
      expect(await ask({ a: 5 })).toEqual([2, 3])
      expect(await ask({ a: 0 })).toEqual([4])
    })

    it('compares documents field by field, in their order', async () => {
      const ask = await asking([{ x: 1, y: 2 }, { y: 2, x: 1 }, { x: 1 }], indexes)
      expect(await ask({ a: { x: 1, y: 2 } })).toEqual([0])
      expect(await ask({ 'a.x': 1 })).toEqual([0, 1, 2])
      expect(await ask({ a: { $gt: { x: 1 } } })).toEqual([0, 1])
    })

    it('compares binaries by length, subtype and bytes', async () => {
      const ask = await asking(
        [new Binary(Buffer.from([1, 2])), new Binary(Buffer.from([1, 2]), 128), new Binary(Buffer.from([9]))],
        indexes,
      )
      expect(await ask({ a: new Binary(Buffer.from([1, 2])) })).toEqual([0])
      expect(await ask({ a: { $lt: new Binary(Buffer.from([1, 2])) } })).toEqual([2])
    })
  })

  it('sorts all types in one order', async () => {
    const values = [
      new MaxKey(),
      new Timestamp({ t: 1, i: 1 }),
      new Date(0),
      true,
      new ObjectId(),
      new Binary(Buffer.from('x')),
      { a: 1 },
      'a',
      5,
      null,
      [],
      new MinKey(),
    ]
    const c = await use.fresh(...(values.map((a, _id) => ({ _id, a })) as Document[]))
    expect((await c.find().sort({ a: -1 }).toArray()).map((doc) => doc._id)).toEqual(values.map((_, i) => i))
    await c.createIndex({ a: 1 })
    expect((await c.find().sort({ a: 1 }).toArray()).map((doc) => doc._id)).toEqual(values.map((_, i) => i).reverse())
  })

  it('sorts an array by its smallest element, or its largest when descending', async () => {
    const c = await use.fresh({ _id: 1 as never, a: [5, 1] }, { _id: 2 as never, a: [3] }, { _id: 3 as never, a: 4 })
    const order = async (direction: 1 | -1, filter = {}): Promise<unknown[]> =>
      (await c.find(filter).sort({ a: direction }).toArray()).map((doc) => doc._id)
    for (const index of [undefined, { a: 1 } as const]) {
      if (index) await c.createIndex(index)
      expect(await order(1)).toEqual([1, 2, 3])
      expect(await order(-1)).toEqual([1, 3, 2])
      expect(await order(1, { a: { $gte: 4 } })).toEqual([1, 3])
    }
  })

  it('follows paths through arrays', async () => {
    const ask = await asking([
      [{ b: 1 }, { b: 2, c: 3 }],
      { b: 1 },
      [{ c: 1 }],
      [1],
      [],
      { b: [{ c: 5 }] },
      [[{ b: 1 }]],
      4,
    ])
    expect(await ask({ 'a.b': 1 })).toEqual([0, 1])
    expect(await ask({ 'a.0.b': 1 })).toEqual([0, 6])
    expect(await ask({ 'a.1': { $exists: true } })).toEqual([0])
    expect(await ask({ 'a.b': null })).toEqual([2, 7])
    expect(await ask({ 'a.b.c': 5 })).toEqual([5])
    expect(await ask({ 'a.b': 1, 'a.c': 3 })).toEqual([0])
  })

  it('does not combine parts of different elements, and finds what they match together', async () => {
    const c = await use.fresh({
      _id: 1 as never,
      list: [
        { x: 1, y: 1 },
        { x: 2, y: 2 },
      ],
    })
    await c.createIndex({ 'list.x': 1, 'list.y': 1 })
    expect(await c.countDocuments({ 'list.x': 1, 'list.y': 2 })).toBe(1)
    expect(await c.countDocuments({ 'list.x': { $gte: 1 } })).toBe(1)
  })

  it('combines conditions', async () => {
    const ask = await asking([1, 2, 3, 4])
    expect(await ask({ $or: [{ a: 1 }, { a: { $gt: 3 } }] })).toEqual([0, 3])
    expect(await ask({ $and: [{ a: { $gt: 1 } }, { a: { $lt: 4 } }] })).toEqual([1, 2])
    expect(await ask({ a: { $in: [4, 2, 2, 9] } })).toEqual([1, 3])
    expect(await ask({ a: { $in: [] } })).toEqual([])
  })

  it('accepts types by name', async () => {
    const ask = await asking([
      new Int32(1),
      Long.fromNumber(1),
      1.5,
      'x',
      null,
      undefined,
      [1],
      {},
      new Date(),
      new ObjectId(),
    ])
    expect(await ask({ a: { $type: 'int' } })).toEqual([0, 6])
    expect(await ask({ a: { $type: 'long' } })).toEqual([1])
    expect(await ask({ a: { $type: 'double' } })).toEqual([2])
    expect(await ask({ a: { $type: 'string' } })).toEqual([3])
    expect(await ask({ a: { $type: 'null' } })).toEqual([4])
    expect(await ask({ a: { $type: 'array' } })).toEqual([6])
    expect(await ask({ a: { $type: 'object' } })).toEqual([7])
    expect(await ask({ a: { $type: 'date' } })).toEqual([8])
  })

  it('joins the branches of $or through indexes, with each document once', async () => {
    const docs = Array.from({ length: 60 }, (_, i) => ({ _id: i as never, room: i % 3, seq: i, sender: i % 2 }))
    const c = await use.fresh(...docs)
    await c.createIndex({ room: 1, sender: 1, seq: 1 })
    const filter = {
      $or: [
        { room: 0, sender: 1, seq: { $gt: 30 } },
        { room: 1, sender: 0, seq: { $gt: 40 } },
        { room: 0, sender: 1, seq: { $gt: 50 } },
      ],
    }
    const expected = docs.filter(
      ({ room, seq, sender }) => (room === 0 && sender === 1 && seq > 30) || (room === 1 && sender === 0 && seq > 40),
    ).length
    expect(await c.countDocuments(filter)).toBe(expected)
    expect((await c.find(filter).sort({ seq: -1 }).toArray()).length).toBe(expected)
    expect(
      await c.aggregate([{ $match: filter }, { $group: { _id: '$room', n: { $sum: 1 } } }]).toArray(),
    ).toHaveLength(2)
  })

  it('finds strings by prefix in an array of keys, with each document once', async () => {
    const c = await use.fresh(
      { _id: 1 as never, keys: ['ann', 'anna'] },
      { _id: 2 as never, keys: ['ben', 'an'] },
      { _id: 3 as never, keys: ['aa', 'zz'] },
    )
    await c.createIndex({ keys: 1 })
    const ids = async (filter: object): Promise<unknown[]> =>
      (await c.find(filter).sort({ _id: 1 }).toArray()).map((doc) => doc._id)
    expect(await ids({ keys: { $elemMatch: { $gte: 'an', $lt: 'an\u{10FFFF}' } } })).toEqual([1, 2])
    expect(await ids({ keys: { $gte: 'an', $lt: 'an\u{10FFFF}' } })).toEqual([1, 2, 3])
    // A value that is no array has no element, although it is in the index.
    await c.insertOne({ _id: 4 as never, keys: 'anna' })
    expect(await ids({ keys: { $elemMatch: { $gte: 'an', $lt: 'an\u{10FFFF}' } } })).toEqual([1, 2])
  })

  it('answers the fields of an index as they are stored', async () => {
    const id = new ObjectId()
    const rows = [
      { a: 'x', b: 1, keys: ['one', 'two'] },
      { a: 'x', b: -2.5, keys: ['one'] },
      { a: 'x', b: 'é\0\u{1F389}', keys: ['one'] },
      { a: 'x', b: Long.fromString('9007199254740993'), keys: ['one'] },
      { a: 'x', b: null, keys: ['one'] },
      { a: 'x', keys: ['one'] },
      { a: 'x', b: new Date(5), keys: ['one'] },
      { a: 'x', b: id, keys: ['one'] },
      { a: 'x', b: { c: 1 }, keys: ['one'] },
    ]
    const c = await use.fresh(...rows.map((row, index) => ({ _id: index as never, ...row })))
    await c.createIndex({ a: 1, keys: 1, b: -1 })
    const options = { projection: { _id: 0, a: 1, b: 1 } as const, promoteLongs: false }
    const found = await c.find({ a: 'x', keys: 'one' }, options).toArray()
    const order = (list: object[]) => list.map((row) => EJSON.stringify(row)).sort()
    expect(order(found)).toEqual(order(rows.map(({ keys: _, ...row }) => row)))
  })

  it('treats an array inside an array as one value', async () => {
    const ask = await asking([[[1, 2], [3]], [[1]], [1], [[1, 2], 1], [5, [6]]])
    expect(await ask({ a: { $elemMatch: { $ne: 1 } } })).toEqual([0, 1, 3, 4])
    expect(await ask({ a: { $elemMatch: { $eq: 1 } } })).toEqual([2, 3])
    expect(await ask({ a: { $elemMatch: { $gt: 4 } } })).toEqual([4])
    expect(await ask({ a: { $elemMatch: { $in: [2, 6] } } })).toEqual([])
    expect(await ask({ a: { $elemMatch: { $eq: [1, 2] } } })).toEqual([0, 3])
  })

  it('refuses an invalid filter even without a collection', async () => {
    const nowhere = use.db.collection('nowhere')
    for (const filter of [{ a: { $in: 1 } }, { $or: [] }, { a: { $nonsense: 1 } }] as Document[]) {
      await expect(nowhere.find(filter).toArray()).rejects.toThrow(/./)
      await expect(nowhere.countDocuments(filter)).rejects.toThrow(/./)
      await expect(nowhere.deleteMany(filter)).rejects.toThrow(/./)
      await expect(nowhere.updateMany(filter, { $set: { b: 1 } })).rejects.toThrow(/./)
      await expect(nowhere.distinct('a', filter)).rejects.toThrow(/./)
    }
    expect(await nowhere.find({ a: 1 }).toArray()).toEqual([])
  })
})
