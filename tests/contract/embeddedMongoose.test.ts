import { randomUUID } from 'node:crypto'
import mongoose, { Schema } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveStore, type Store } from '../../server/embedded/serve'

let store: Store
const folder = mkdtempSync(join(tmpdir(), 'webchat-mongoose-'))
const connection = mongoose.createConnection()
beforeAll(async () => {
  store = await serveStore({ folder })
  await connection.openUri(store.uri)
})
afterAll(async () => {
  await connection.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const schema = new Schema(
  {
    email: { type: String, required: true, unique: true },
    count: { type: Number, default: 0 },
    tags: [String],
    settings: { type: Map, of: String },
    expiresAt: { type: Date, expires: 60 },
  },
  { timestamps: true },
)

async function model() {
  const made = connection.model(`M${randomUUID().slice(0, 8)}`, schema)
  await made.init()
  return made
}

describe('mongoose on the embedded store', () => {
  it('makes the indexes of a schema', async () => {
    const People = await model()
    expect(await People.collection.indexes()).toMatchObject([
      { name: '_id_' },
      { name: 'email_1', unique: true },
      { name: 'expiresAt_1', expireAfterSeconds: 60 },
    ])
    expect(await People.syncIndexes()).toEqual([])
  })

  it('gets E11000 for duplicates', async () => {
    const People = await model()
    await People.create({ email: 'a' })
    await expect(People.create({ email: 'a' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: 'a' },
    })
    const failed = (await People.insertMany([{ email: 'b' }, { email: 'a' }, { email: 'c' }]).catch(
      (error: unknown) => error,
    )) as { code: number; insertedDocs: { email: string }[] }
    expect([failed.code, failed.insertedDocs.map(({ email }) => email)]).toEqual([11000, ['b']])
    await expect(People.insertMany([{ email: 'a' }, { email: 'd' }], { ordered: false })).rejects.toMatchObject({
      code: 11000,
    })
    expect((await People.find().sort({ email: 1 }).lean()).map(({ email }) => email)).toEqual(['a', 'b', 'd'])
  })

  it('upserts with findOneAndUpdate', async () => {
    const People = await model()
    const options = { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true } as const
    expect(await People.findOneAndUpdate({ email: 'a' }, { $inc: { count: 2 } }, options).lean()).toMatchObject({
      email: 'a',
      count: 2,
    })
    expect(await People.findOneAndUpdate({ email: 'a' }, { $inc: { count: 2 } }, options).lean()).toMatchObject({
      count: 4,
    })
    expect(await People.findOneAndDelete({ email: 'a' }).lean()).toMatchObject({ count: 4 })
  })

  it('saves changed documents', async () => {
    const People = await model()
    const person = await People.create({ email: 'a', tags: ['x', 'y'], settings: { theme: 'dark' } })
    person.count = 3
    person.tags = ['y', 'z']
    person.settings!.set('language', 'vi')
    await person.save()
    const saved = (await People.findById(person._id).lean())!
    expect(saved).toMatchObject({ count: 3, tags: ['y', 'z'] })
    expect(Object.fromEntries(Object.entries(saved.settings as object))).toEqual({ theme: 'dark', language: 'vi' })
  })

  it('writes in bulk, counts, lists and streams', async () => {
    const People = await model()
    await People.bulkWrite([
      { insertOne: { document: { email: 'a' } as never } },
      { updateOne: { filter: { email: 'b' }, update: { $set: { count: 3 } }, upsert: true } },
      { updateMany: { filter: {}, update: { $addToSet: { tags: 't' } } } },
    ] as mongoose.AnyBulkWriteOperation[])
    expect([await People.countDocuments({ tags: 't' }), await People.distinct('email')]).toEqual([2, ['a', 'b']])
    const seen: string[] = []
    for await (const person of People.find().sort({ email: -1 }).cursor()) seen.push(person.email)
    expect(seen).toEqual(['b', 'a'])
    expect(await People.exists({ email: 'b', count: { $gte: 3 } })).not.toBeNull()
  })
})
