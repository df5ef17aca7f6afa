import { ObjectId } from 'bson'
import { MongoClient } from 'mongodb'
import { mkdir, open, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { decode, encode } from '../../server/embedded/bson/document'
import { serveStore } from '../../server/embedded/serve'
import { readCatalog, saveToCatalog } from '../../server/embedded/store/catalog'
import { Keyspace } from '../../server/embedded/store/keyspace'
import { after, documentKey, documentPrefix, entryPrefix, recordBytes } from '../../server/embedded/store/layout'
import { check } from '../../server/tools/check'
import { temporaryFolder } from '../support/folder'
import { runTool } from '../support/tools'

const CHAT = new ObjectId()
const UPLOAD = new ObjectId()
let dataDir: string

beforeEach(async () => {
  dataDir = await temporaryFolder()
  const store = await serveStore({ folder: join(dataDir, 'database') })
  const client = await MongoClient.connect(store.uri)
  const database = client.db()
  await database.collection('messages').createIndex({ conversationId: 1, seq: 1 }, { unique: true })
  await database.collection('messages').createIndex({ shares: 1 })
  const messages = Array.from({ length: 50 }, (_, i) => ({
    conversationId: CHAT,
    seq: i + 1,
    rev: i + 1,
    shares: i % 2 ? ['a', 'b'] : [],
  }))
  await database.collection('messages').insertMany(messages)
  await database.collection('conversations').insertOne({ _id: CHAT, seq: 50, rev: 50, memberCount: 0 })
  const key = `uploads/${CHAT}/${UPLOAD}/original`
  await database.collection('uploads').insertOne({
    _id: UPLOAD,
    status: 'complete',
    key,
    thumbnails: { small: key.replace('original', 'small.webp'), large: key.replace('original', 'large.webp') },
  })
  await mkdir(join(dataDir, 'files/objects/uploads', String(CHAT), String(UPLOAD)), { recursive: true })
  for (const name of ['original', 'small.webp', 'large.webp']) await writeFile(fileOf(name), 'bytes')
  await client.close()
  await store.close()
})

function fileOf(name: string): string {
  return join(dataDir, 'files/objects/uploads', String(CHAT), String(UPLOAD), name)
}

/** Changes the store behind its back. */
async function tamper(change: (keyspace: Keyspace, catalog: ReturnType<typeof readCatalog>) => void): Promise<void> {
  const keyspace = new Keyspace(join(dataDir, 'database/webchat.mdb'))
  keyspace.transaction(() => change(keyspace, readCatalog(keyspace)))
  await keyspace.close()
}

const collection = (catalog: ReturnType<typeof readCatalog>, name: string) =>
  catalog.find(({ namespace }) => namespace === `webchat.${name}`)!
const found = async () => check({ dataDir, inBucket: false })

it('finds nothing in sound data, and lists what it checked', async () => {
  const { damage, notes, collections } = await found()
  expect({ damage, notes }).toEqual({ damage: [], notes: [] })
  expect(collections.find(({ namespace }) => namespace === 'webchat.messages')).toMatchObject({
    documents: 50,
    indexes: [{ entries: 50 }, { entries: 50 }, { entries: 75 }],
  })
  const ran = await runTool(dataDir, ['check'])
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(ran.out).toContain('conversationId_1_seq_1')
})

it('finds index entries that are missing, extra, or of another document', async () => {
  await tamper((keyspace, catalog) => {
    const [, unique, many] = collection(catalog, 'messages').indexes
    const entriesOf = (id: number) =>
      keyspace.scan({ low: entryPrefix(id), high: after(entryPrefix(id)) }, { limit: 100 })
    keyspace.remove(entriesOf(many!.id)[0]!.key)
    keyspace.put(Buffer.concat([entryPrefix(many!.id), Buffer.from('never'), recordBytes(7)]), Buffer.alloc(0))
    keyspace.put(Buffer.concat([entryPrefix(many!.id), Buffer.from('ever'), recordBytes(7)]), Buffer.alloc(0))
    keyspace.put(entriesOf(unique!.id)[3]!.key, recordBytes(9))
  })
  const messages = (await found()).collections.find(({ namespace }) => namespace === 'webchat.messages')!
  expect(messages.indexes).toMatchObject([
    { missing: 0, extra: 0, wrong: 0 },
    { missing: 0, extra: 1, wrong: 1 },
    { missing: 1, extra: 2, wrong: 0 },
  ])
  const ran = await runTool(dataDir, ['check'])
  expect(ran.code).toBe(1)
  expect(ran.err).toContain('The index shares_1 of webchat.messages lacks 1 entries.')
})

it('finds unreadable documents, undeclared arrays, and stray keys', async () => {
  await tamper((keyspace, catalog) => {
    const messages = collection(catalog, 'messages')
    const [first] = keyspace.scan(
      { low: documentPrefix(messages.id), high: after(documentPrefix(messages.id)) },
      { limit: 1 },
    )
    keyspace.put(first!.key, Buffer.from('no BSON'))
    messages.indexes[2]!.fields[0]!.multikey = false
    saveToCatalog(keyspace, messages)
    keyspace.put(documentKey(4_000, 1), encode({ _id: 1 }))
  })
  const damage = (await found()).damage.join(' ')
  expect(damage).toContain('1 documents of webchat.messages cannot be read.')
  expect(damage).toContain('The catalog does not say what the index shares_1 of webchat.messages holds.')
  expect(damage).toContain('1 keys belong to no collection')
})

it('finds a conversation that counts too many messages, and one with a gap', async () => {
  await tamper((keyspace, catalog) => {
    const { id } = collection(catalog, 'conversations')
    const [entry] = keyspace.scan(
      { low: documentPrefix(id), high: after(documentPrefix(id)) },
      { limit: 1, values: true },
    )
    keyspace.put(entry!.key, encode({ ...decode(entry!.value!), seq: 51 }))
  })
  expect((await found()).damage).toEqual([
    `Conversation ${CHAT} counts 51 messages and 50 changes; its messages end at 50 and 50.`,
  ])
})

it('finds missing files, and notes files that the database does not name', async () => {
  await writeFile(fileOf('stray'), 'bytes')
  await truncate(fileOf('small.webp'), 0)
  expect(await found()).toMatchObject({
    damage: [],
    notes: ['1 files are on the disk that the database does not name.'],
  })
  await rm(fileOf('original'))
  expect((await found()).damage).toEqual([
    expect.stringContaining(
      `1 files are named by the database and not on the disk, such as uploads/${CHAT}/${UPLOAD}/original`,
    ),
  ])
})

it('names a damaged page, wherever it is, and the command that restores a backup', async () => {
  const file = join(dataDir, 'database/webchat.mdb')
  const handle = await open(file, 'r+')
  const { size } = await stat(file)
  for (let at = 8192; at < size; at += 4096) await handle.write(Buffer.alloc(4096, 0xaa), 0, 4096, at)
  await handle.close()
  const ran = await runTool(dataDir, ['check'])
  expect(ran.code).toBe(1)
  expect(ran.err).toContain('is damaged')
  expect(ran.err).toContain('webchat restore ARCHIVE --aside')
})
