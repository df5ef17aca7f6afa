import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { MongoClient, ObjectId } from 'mongodb'
import { pause } from './numbers.mjs'
import { randomOf, textsOf } from './texts.mjs'

const STORE = resolve(import.meta.dirname, '../../.output/server/index.mjs')
const BATCH_SIZE = 2_000
/** The milliseconds over which the messages are spread. */
const YEAR_MS = 365 * 86_400_000
const NOW = Date.now()

/**
 * Writes messages to a conversation of a server that is stopped, straight into its embedded store. The next start of the
 * server indexes them.
 * @returns seconds
 */
export async function fillConversation(folder, conversationId, senderIds, messages) {
  const started = performance.now()
  const worker = new Worker(STORE, { workerData: { webchatStore: { folder: storeOf(folder) } } })
  const uri = await new Promise((done, fail) => {
    worker.once('error', fail)
    worker.once('message', (report) => (report.uri ? done(report.uri) : fail(new Error(report.failure))))
  })
  const client = await MongoClient.connect(uri)
  const db = client.db()
  const _id = new ObjectId(conversationId)
  const { seq: first } = await db.collection('conversations').findOne({ _id })
  const random = randomOf(first)
  const text = textsOf(random)
  const senders = senderIds.map((id) => new ObjectId(id))
  const messageOf = (seq) => {
    const said = text()
    const createdAt = new Date(NOW - Math.round((1 - seq / messages) * YEAR_MS))
    return {
      _id: idAt(createdAt),
      conversationId: _id,
      seq,
      rev: seq,
      senderId: senders[Math.floor(random() ** 2 * senders.length)],
      clientId: `bench-filled-${seq}`,
      kind: 'text',
      text: said,
      notice: null,
      attachments: [],
      shares: said.includes('https:') ? ['links'] : [],
      replyTo: null,
      editedAt: null,
      deletedAt: null,
      createdAt,
    }
  }
  let last
  for (let seq = first; seq < messages;) {
    const batch = Array.from({ length: Math.min(BATCH_SIZE, messages - seq) }, () => messageOf(++seq))
    // One insert is under way while the next batch is made.
    await last
    last = db.collection('messages').insertMany(batch, { ordered: true })
  }
  await last
  const lastMessage = await db.collection('messages').findOne({ conversationId: _id, seq: messages })
  const head = { seq: messages, rev: messages, lastMessageId: lastMessage._id, activeAt: lastMessage.createdAt }
  await db.collection('conversations').updateOne({ _id }, { $set: head })
  await client.close()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage('stop')
  await new Promise((done) => worker.once('exit', done))
  return (performance.now() - started) / 1_000
}

/** Waits until a running server has indexed a conversation. */
export async function waitUntilIndexed(folder, conversationId, messages) {
  const client = await MongoClient.connect(
    `mongodb://${encodeURIComponent(join(storeOf(folder), 'database.sock'))}/webchat`,
  )
  const _id = new ObjectId(conversationId)
  while ((await client.db().collection('conversations').findOne({ _id })).indexedSeq !== messages) await pause(500)
  await client.close()
}

/** A new id of a time: what was written lately is looked for by ids. */
function idAt(time) {
  const seconds = Math.floor(time.getTime() / 1_000).toString(16)
  return new ObjectId(seconds.padStart(8, '0') + new ObjectId().toHexString().slice(8))
}

const storeOf = (folder) => join(folder, 'database')
