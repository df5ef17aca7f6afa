import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { MongoClient } from 'mongodb'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Database } from '../../server/embedded/store/database'
import { disagreements } from '../support/embedded/agreement'
import { mendLostWrites } from '../../server/repositories/lostWrites'
import { bundleStoreProcess } from '../support/embedded/bundle'
import { temporaryFolder } from '../support/embedded/temporary'

// The clients of these tests lose their database again and again.
mendLostWrites()

const ROUNDS = 5

let entry: string
beforeAll(async () => {
  entry = await bundleStoreProcess()
})

async function start(folder: string): Promise<{ child: ChildProcess; uri: string }> {
  const child = spawn(process.execPath, [entry, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, uri: line.toString().trim() }
}

describe('a store that is killed in the middle of writing', () => {
  it('has every acknowledged write, no half writes, and indexes that agree', async () => {
    const folder = temporaryFolder()
    const acknowledged = new Map<string, number>()
    let counted = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { child, uri } = await start(folder)
      const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 500 })
      const messages = client
        .db()
        .collection<{ _id: string; room: string; seq: number; words: string[]; text?: string }>('messages')
      const counters = client.db().collection<{ _id: string; n: number }>('counters')
      await messages.createIndex({ room: 1, seq: 1 }, { unique: true })
      await messages.createIndex({ words: 1 })
      const until = 60 + round * 40
      let done = 0
      const writer = async (name: number): Promise<void> => {
        for (let i = 0; ; i++) {
          const _id = `${round}-${name}-${i}`
          const { n } = (await counters.findOneAndUpdate(
            { _id: 'seq' },
            { $inc: { n: 1 } },
            { upsert: true, returnDocument: 'after' },
          ))!
          counted = Math.max(counted, n)
          if (i % 5 === 4)
            await messages.insertMany([
              { _id, room: 'r', seq: n, words: ['a', `w${i}`] },
              { _id: `${_id}+`, room: 's', seq: n, words: [] },
            ])
          else await messages.insertOne({ _id, room: 'r', seq: n, words: ['a', `w${i}`] })
          acknowledged.set(_id, n)
          if (i % 3 === 2)
            await messages.updateOne({ _id }, { $set: { words: ['a', 'edited'], text: 'x'.repeat(500) } })
          if (++done === until) child.kill('SIGKILL')
        }
      }
      const writers = Array.from({ length: 8 }, (_, name) => writer(name).catch(() => {}))
      await once(child, 'exit')
      await client.close(true)
      await Promise.all(writers)

      const database = new Database(folder)
      try {
        const collection = database.find('webchat.messages')!
        expect(disagreements(database, collection)).toEqual([])
        const kept = new Set(
          database.keyspace
            .scan(collection.range, { limit: Infinity, values: true })
            .map(({ value }) => value!.toString('latin1'))
            .map((raw) => /\d+-\d+-\d+\+?/.exec(raw)![0]),
        )
        expect([...acknowledged.keys()].filter((id) => !kept.has(id))).toEqual([])
      } finally {
        await database.close()
      }
    }
    const { uri, child } = await start(folder)
    const client = await MongoClient.connect(uri)
    expect(
      (await client.db().collection<{ _id: string; n: number }>('counters').findOne({ _id: 'seq' }))!.n,
    ).toBeGreaterThanOrEqual(counted)
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 60)
    await client.close()
    child.kill('SIGKILL')
  })
})
