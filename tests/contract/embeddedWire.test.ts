import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { deserialize, serialize } from 'bson'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveStore, type Store } from '../../server/embedded/serve'

let store: Store
const folder = mkdtempSync(join(tmpdir(), 'webchat-wire-'))
beforeAll(async () => {
  store = await serveStore({ folder })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<Socket> {
  const socket = connect(join(folder, 'database.sock'))
  await once(socket, 'connect')
  return socket.on('error', () => {})
}

function message(opCode: number, body: Buffer, size = 16 + body.length): Buffer {
  const header = Buffer.alloc(16)
  header.writeInt32LE(size, 0)
  header.writeInt32LE(9, 4)
  header.writeInt32LE(opCode, 12)
  return Buffer.concat([header, body])
}

const command = (doc: object, flags = 0): Buffer =>
  message(2013, Buffer.concat([Buffer.from([flags, 0, 0, 0, 0]), serialize(doc)]))

async function reply(socket: Socket): Promise<Buffer> {
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return bytes
}

/** The store must outlive whatever a connection did. */
async function stillServes(): Promise<unknown> {
  const client = await MongoClient.connect(store.uri)
  return client
    .db()
    .command({ ping: 1 })
    .finally(() => client.close())
}

describe('the wire protocol', () => {
  it('answers the legacy greeting, as a server without a replica set', async () => {
    const socket = await open()
    socket.write(
      message(
        2004,
        Buffer.concat([
          Buffer.alloc(4),
          Buffer.from('admin.$cmd\0'),
          Buffer.from([0, 0, 0, 0, 255, 255, 255, 255]),
          serialize({ ismaster: 1, helloOk: true }),
        ]),
      ),
    )
    const bytes = await reply(socket)
    expect([bytes.readInt32LE(8), bytes.readInt32LE(12)]).toEqual([9, 1])
    const hello = deserialize(bytes.subarray(36))
    expect(hello).toMatchObject({ ismaster: true, maxWireVersion: 21, maxMessageSizeBytes: 48_000_000, ok: 1 })
    expect(hello).not.toHaveProperty('setName')
    expect(hello).not.toHaveProperty('topologyVersion')
    socket.destroy()
  })

  it('accepts messages in any pieces, several at once, and answers in order', async () => {
    const socket = await open()
    const bytes = Buffer.concat([
      command({ ping: 1, $db: 'admin' }),
      command({ ping: 1, $db: 'admin' }, 2),
      command({ nonsense: 1, $db: 'admin' }),
    ])
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    for (const byte of bytes) socket.write(Buffer.from([byte]))
    await expect.poll(() => Buffer.concat(received).includes('nonsense')).toBe(true)
    const all = Buffer.concat(received)
    const first = all.subarray(0, all.readInt32LE(0))
    const second = all.subarray(first.length)
    expect(deserialize(first.subarray(21))).toEqual({ ok: 1 })
    expect(deserialize(second.subarray(21))).toMatchObject({ ok: 0, code: 59 })
    expect(second.length).toBe(second.readInt32LE(0))
    socket.destroy()
  })

  const malformed: [string, Buffer][] = [
    ['a negative length', message(2013, Buffer.alloc(8), -5)],
    ['a length over 48 MB', message(2013, Buffer.alloc(8), 48_000_001)],
    ['an unknown operation', message(2012, Buffer.alloc(8))],
    ['no sections', message(2013, Buffer.alloc(4))],
    ['an unknown section', message(2013, Buffer.from([0, 0, 0, 0, 7, 1]))],
    ['a document longer than its message', message(2013, Buffer.from([0, 0, 0, 0, 0, 255, 0, 0, 0, 0]))],
    ['bytes that are no BSON', message(2013, Buffer.from([0, 0, 0, 0, 0, 9, 0, 0, 0, 99, 65, 0, 1, 0]))],
    ['a sequence longer than its message', message(2013, Buffer.from([0, 0, 0, 0, 1, 255, 255, 255, 127, 65, 0]))],
    ['an empty body', message(2013, Buffer.alloc(0))],
  ]
  it.each(malformed)('ends a connection that sends %s', async (_, bytes) => {
    const socket = await open()
    socket.resume()
    socket.write(bytes)
    await once(socket, 'close')
    expect(await stillServes()).toEqual({ ok: 1 })
  })

  it('survives clients that disconnect while it answers', async () => {
    for (let i = 0; i < 5; i++) {
      const socket = await open()
      socket.write(command({ insert: 'c', documents: [{ a: 1 }], $db: 'webchat' }))
      socket.destroy()
    }
    expect(await stillServes()).toEqual({ ok: 1 })
  })

  it('refuses by name what it cannot do', async () => {
    const client = await MongoClient.connect(store.uri)
    const asked = [
      () =>
        client
          .db()
          .aggregate([{ $currentOp: {} }])
          .toArray(),
      () => client.db().watch().tryNext(),
      () => client.db().collection('c').watch().tryNext(),
    ]
    const said = await Promise.all(
      asked.map((ask) =>
        ask().then(
          () => 'nothing',
          (error: Error) => error.message,
        ),
      ),
    )
    expect(said[0]).toContain('does not support aggregate on a whole database')
    expect(said[1]).toContain('does not support aggregate on a whole database')
    expect(said[2]).toContain('does not support the aggregation stage $changeStream')
    await client.close()
  })

  it('keeps an answer for a client that reads slowly', async () => {
    const client = await MongoClient.connect(store.uri)
    const collection = client.db().collection('big')
    await collection.insertMany(Array.from({ length: 4 }, () => ({ blob: Buffer.alloc(3_000_000) })))
    const socket = await open()
    socket.pause()
    for (let i = 0; i < 3; i++) socket.write(command({ find: 'big', $db: 'webchat' }))
    await stillServes()
    let length = 0
    socket
      .on('data', (chunk: Buffer) => {
        length += chunk.length
      })
      .resume()
    await expect.poll(() => length).toBeGreaterThan(36_000_000)
    socket.destroy()
    await client.close()
  })
})
