import { Binary, BSONRegExp, Double, Int32, Long, MongoClient, ObjectId, type Db } from 'mongodb'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { read, sentFile, someBytes } from '../support/files/uploads'
import { temporaryFolder } from '../support/folder'
import { register } from '../support/person'
import { allMessages } from '../support/sends'
import { startServer } from '../support/server'
import { runTool, startTool } from '../support/tools'

/** What stands for the MongoDB: the one that the tests were given, or else a store, which speaks the same protocol. */
let remote: { uri: string; database: Db; close(): Promise<void> }

beforeEach(async () => {
  const given = process.env.TEST_MONGODB_URI
  const store = given ? undefined : await serveStore({ folder: await temporaryFolder() })
  const address = new URL(given ?? 'mongodb://unused')
  address.pathname = `/moving-${new ObjectId()}`
  const uri = store?.uri ?? address.href
  const client = await MongoClient.connect(uri)
  remote = {
    uri,
    database: client.db(),
    async close() {
      if (given) await client.db().dropDatabase()
      await client.close()
      await store?.close()
    },
  }
})
afterEach(() => remote.close())

/** Runs something on the embedded database of a data folder. */
async function onDatabase<T>(dataDir: string, run: (database: Db) => Promise<T>): Promise<T> {
  const store = await serveStore({ folder: join(dataDir, 'database') })
  const client = await MongoClient.connect(store.uri)
  try {
    return await run(client.db())
  } finally {
    await client.close()
    await store.close()
  }
}

/** A data folder with documents of every type that there is. */
async function filled(count: number): Promise<string> {
  const dataDir = await temporaryFolder()
  await onDatabase(dataDir, async (database) => {
    const kinds = database.collection<any>('kinds')
    await kinds.createIndex({ n: 1 }, { unique: true })
    await kinds.createIndex({ until: 1 }, { expireAfterSeconds: 0 })
    await kinds.createIndex({ part: 1 }, { partialFilterExpression: { part: { $exists: true } } })
    const until = new Date(Date.now() + 3_600_000)
    for (let start = 0; start < count; start += 1_000) {
      await kinds.insertMany(
        Array.from({ length: Math.min(1_000, count - start) }, (_, i) => ({
          n: start + i,
          until,
          text: 'x'.repeat(200),
        })),
      )
    }
    await database.collection<any>('types').insertMany([
      {
        _id: 1,
        int: new Int32(1),
        double: new Double(1),
        long: Long.fromNumber(1),
        zero: new Double(-0),
        nan: NaN,
        big: Long.MAX_VALUE,
      },
      {
        _id: 'text',
        text: 'Xin chào 👋',
        nothing: null,
        yes: true,
        list: [1, [2, { three: new Double(3) }]],
        bytes: new Binary(Buffer.from([0, 255]), 4),
      },
      {
        _id: { of: 'two', parts: 1 },
        like: new BSONRegExp('a.b', 'i'),
        at: new Date(0),
        id: new ObjectId(),
        $dollar: { 'a.b': 1 },
      },
    ])
  })
  return dataDir
}

it('a workspace moves to a MongoDB and back, and works on both', async () => {
  const DATA_DIR = await temporaryFolder()
  const first = await startServer({ DATA_DIR, MONGODB_URI: '' })
  const [ann, bob] = await Promise.all([register(first.url, 'Ann'), register(first.url, 'Bob')])
  const chat = (await ann.chatWith(bob)).id
  await ann.send(chat, 'before')
  const bytes = someBytes(10_000)
  const { attachments } = await sentFile(ann, chat, bytes)
  expect(await runTool(DATA_DIR, ['export', remote.uri])).toMatchObject({
    code: 1,
    err: expect.stringContaining('belongs to process'),
  })
  await first.kill()
  expect(await runTool(DATA_DIR, ['export', remote.uri])).toMatchObject({ code: 0, err: '' })

  const JWT_SECRET = await readFile(join(DATA_DIR, 'jwt-secret'), 'utf8')
  const second = await startServer({ DATA_DIR, MONGODB_URI: remote.uri, JWT_SECRET })
  await bob.at(second.url).send(chat, 'on MongoDB')
  expect((await read(bob.at(second.url), attachments[0]!.url)).bytes.equals(bytes)).toBe(true)
  await second.kill()

  const back = await temporaryFolder()
  expect(await runTool(back, ['import'], { MONGODB_URI: remote.uri })).toMatchObject({ code: 0, err: '' })
  const third = await startServer({ DATA_DIR: back, MONGODB_URI: '', JWT_SECRET })
  expect((await allMessages(ann.at(third.url), chat)).map(({ text }) => text)).toEqual(['before', '', 'on MongoDB'])
  await third.kill()
  // Files stay where they are.
  expect((await runTool(back, ['check'], { S3_BUCKET: 'elsewhere' })).code).toBe(0)
})

it('documents of every type keep their bytes, and indexes their options', async () => {
  const dataDir = await filled(10)
  expect(await runTool(dataDir, ['export', remote.uri])).toMatchObject({ code: 0, err: '' })
  const back = await temporaryFolder()
  expect(await runTool(back, ['import', remote.uri])).toMatchObject({ code: 0, err: '' })
  const all = (folder: string) =>
    onDatabase(folder, async (database) => ({
      types: (
        (await database
          .collection('types')
          .find({}, { sort: { _id: 1 }, raw: true })
          .toArray()) as unknown as Uint8Array[]
      ).map((raw) => Buffer.from(raw).toString('hex')),
      indexes: (await database.collection('kinds').indexes()).sort((one, other) =>
        one.name!.localeCompare(other.name!),
      ),
      names: (await database.listCollections().toArray()).map(({ name }) => name).sort(),
    }))
  const before = await all(dataDir)
  expect(before.types).toHaveLength(3)
  expect(await all(back)).toEqual(before)
  expect((await remote.database.collection('kinds').indexes()).find(({ name }) => name === 'until_1')).toMatchObject({
    expireAfterSeconds: 0,
  })
})

it.each(['export', 'import'] as const)(
  'the next run finishes an %s that was killed, without duplicates',
  async (direction) => {
    const count = 3_000
    const full = await filled(count)
    const target = direction === 'export' ? full : await temporaryFolder()
    if (direction === 'import') expect((await runTool(full, ['export', remote.uri])).code).toBe(0)
    const killed = startTool(target, [direction, remote.uri])
    if (direction === 'export') while ((await remote.database.collection('kinds').countDocuments()) === 0);
    else await untilThere(join(target, 'database/webchat.mdb'))
    killed.process.kill('SIGKILL')
    await killed.ended
    const half: Record<string, string> =
      direction === 'export'
        ? { MONGODB_URI: remote.uri, JWT_SECRET: 'x'.repeat(32) }
        : { MONGODB_URI: '', DATA_DIR: target }
    await expect(startServer(half)).rejects.toThrow('half moved')
    if (direction === 'export') {
      // What the source lost and changed meanwhile goes from the target, too.
      const there = await remote.database
        .collection<any>('kinds')
        .find({}, { sort: { _id: 1 }, limit: 2 })
        .toArray()
      expect(there).toHaveLength(2)
      await onDatabase(full, async (database) => {
        await database.collection('kinds').deleteOne({ _id: there[0]._id })
        await database.collection('kinds').updateOne({ _id: there[1]._id }, { $set: { n: there[0].n } })
      })
    }
    const ran = await runTool(target, [direction, remote.uri])
    expect(ran).toMatchObject({ code: 0, err: '' })
    const left = direction === 'export' ? count - 1 : count
    expect(ran.out).toContain(`kinds: ${left} documents`)
    expect(await remote.database.collection('kinds').countDocuments()).toBe(left)
    expect(await remote.database.listCollections({ name: 'webchatMove' }).toArray()).toEqual([])
    // All is there already.
    expect(await runTool(target, [direction, remote.uri])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`kinds: ${left} documents, 0 written now`),
    })
  },
)

it('refuses a database that holds something else, one that is empty, and one that cannot be reached', async () => {
  const dataDir = await filled(1)
  expect(await runTool(await temporaryFolder(), ['import', remote.uri])).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing to move'),
  })
  await remote.database.collection('others').insertOne({ mine: true })
  expect(await runTool(dataDir, ['export', remote.uri])).toMatchObject({
    code: 1,
    err: expect.stringContaining('holds something else'),
  })
  expect(await remote.database.collection('others').countDocuments()).toBe(1)
  expect(await runTool(await temporaryFolder(), ['export', remote.uri])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no database'),
  })
  expect(await runTool(dataDir, ['export'])).toMatchObject({ code: 2 })
  const secret = 'mongodb://someone:secret-word@127.0.0.1:1/webchat?serverSelectionTimeoutMS=200'
  const { code, err } = await runTool(dataDir, ['export', secret])
  expect(code).toBe(1)
  expect(err).not.toContain('secret-word')
})

/** Resolves when a file has something in it. */
async function untilThere(path: string): Promise<void> {
  while ((await readFile(path).catch(() => '')).length < 200_000);
}
