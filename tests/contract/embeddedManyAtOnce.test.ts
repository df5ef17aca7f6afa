import { MongoClient, type Collection } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveStore, type Store } from '../../server/embedded/serve'

const COUNT = 10_000
/** Documents that may go between a question and its answer: those of four transactions. */
const MAX_AT_ONCE = 400
interface Item {
  _id: number
  room: string
  n: number
  text?: string
}

const folder = mkdtempSync(join(tmpdir(), 'webchat-many-'))
let store: Store
let client: MongoClient
let items: Collection<Item>

beforeAll(async () => {
  store = await serveStore({ folder })
  client = await MongoClient.connect(store.uri)
  items = client.db().collection<Item>('items')
  await items.createIndexes([{ key: { room: 1, n: 1 }, unique: true }, { key: { text: 1 } }])
  for (let from = 0; from < COUNT; from += 1_000) {
    await items.insertMany(
      Array.from({ length: 1_000 }, (_, i) => ({ _id: from + i, room: 'long', n: from + i, text: `word ${i}` })),
    )
  }
  await items.insertOne({ _id: -1, room: 'other', n: 0 })
})
afterAll(async () => {
  await client?.close()
  await store?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Reads and writes of somebody else, one after the other, until the long work is done. @returns how many there were */
async function meanwhile(work: Promise<unknown>): Promise<number> {
  let done = false
  const end = work.then(() => {
    done = true
  })
  let turns = 0
  for (; !done; turns++) {
    expect(await items.findOne({ room: 'other' })).toMatchObject({ _id: -1 })
    await items.updateOne({ _id: -1 }, { $inc: { n: 1 } })
  }
  await end
  return turns
}

describe('a write of many documents lets other commands run', () => {
  it('while it changes each document once', async () => {
    // It moves every document forward in the index that it is found by.
    const change = items.updateMany({ room: 'long', n: { $gte: 0 } }, { $inc: { n: COUNT } })
    expect(await meanwhile(change)).toBeGreaterThan(10)
    expect(await change).toMatchObject({ matchedCount: COUNT, modifiedCount: COUNT })
    expect(await items.countDocuments({ room: 'long', n: { $gte: COUNT, $lt: 2 * COUNT } })).toBe(COUNT)
  })

  it('and skips documents that no longer match', async () => {
    const change = items.updateMany({ room: 'long', text: { $exists: true } }, { $set: { text: 'changed' } })
    const last = items.updateOne({ _id: COUNT - 1 }, { $set: { room: 'elsewhere' } })
    await Promise.all([change, last])
    expect(await items.findOne({ _id: COUNT - 1 })).not.toHaveProperty('text', 'changed')
    expect(await items.countDocuments({ room: 'long', text: 'changed' })).toBe(COUNT - 1)
    await items.updateOne({ _id: COUNT - 1 }, { $set: { room: 'long' } })
  })

  it('while it removes all of them', async () => {
    let gone = false
    const removal = items.deleteMany({ room: 'long' }).finally(() => {
      gone = true
    })
    // How many go while somebody asks once: the answer comes after a few small transactions, not at the end.
    const steps: number[] = []
    for (let left = COUNT; !gone;) {
      const now = await items.countDocuments({ room: 'long', n: { $gte: 0 } })
      if (!gone) steps.push(left - now)
      left = now
    }
    expect(steps.length).toBeGreaterThan(COUNT / MAX_AT_ONCE)
    expect(Math.max(...steps)).toBeLessThanOrEqual(MAX_AT_ONCE)
    expect(await removal).toMatchObject({ deletedCount: COUNT })
    expect(await items.find().toArray()).toMatchObject([{ _id: -1 }])
  })

  it('and inserts one document as an upsert if nothing matches', async () => {
    const { upsertedId, matchedCount } = await items.updateMany(
      { _id: 7, room: 'new' },
      { $set: { n: 1 } },
      { upsert: true },
    )
    expect([upsertedId, matchedCount]).toEqual([7, 0])
    expect(await items.findOne({ _id: 7 })).toEqual({ _id: 7, room: 'new', n: 1 })
  })
})
