import { connect as connectTcp, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { connect, type TestSocket } from '../support/socket'

let server: TestServer
let strict: TestServer
let ann: Person
let bob: Person
let chat: string

beforeAll(async () => {
  ;[server, strict] = await Promise.all([startServer(), startServer({ RATE_LIMIT_FACTOR: '1' })])
  ;[ann, bob] = await Promise.all([register(server.url), register(server.url)])
  chat = (await ann.chatWith(bob)).id
})
afterAll(() => Promise.all([server.discard(), strict.stop()]))

const tcpOf = (socket: TestSocket) => (socket.ws as unknown as { _socket: Socket })._socket

describe('a frame that is not of this protocol closes the socket with 1008', () => {
  it.each<[string, (socket: TestSocket) => void]>([
    ['broken JSON', ({ ws }) => ws.send('{"id":1,')],
    ['no JSON', ({ ws }) => ws.send('hello')],
    ['an empty frame', ({ ws }) => ws.send('')],
    ['a binary frame', ({ ws }) => ws.send(Buffer.from('{"id":1,"type":"ping"}'))],
    ['a hidden prototype', ({ ws }) => ws.send('{"id":1,"type":"ping","data":{"__proto__":{}}}')],
    ['65,537 bytes', ({ ws }) => ws.send('{"id":1,"type":"ping"}'.padEnd(65_537))],
    ['10 MB', ({ ws }) => ws.send('x'.repeat(10_000_000))],
    [
      '65,537 bytes in pieces',
      ({ ws }) => {
        ws.send('x'.repeat(65_000), { fin: false })
        ws.send('x'.repeat(537), { fin: true })
      },
    ],
    ['text that is not UTF-8', ({ ws }) => ws.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false })],
    ['an unmasked frame', (socket) => tcpOf(socket).write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]))],
    ['an unknown opcode', (socket) => tcpOf(socket).write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]))],
    ['reserved bits', (socket) => tcpOf(socket).write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]))],
    [
      'a length of 2^63',
      (socket) => tcpOf(socket).write(Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    ],
    ['random bytes', (socket) => tcpOf(socket).write(Buffer.concat([Buffer.from([0x8f]), randomBytes(1_000)]))],
  ])('%s', async (_what, misbehave) => {
    const [socket, bystander] = await Promise.all([ann.connect(), ann.connect()])
    misbehave(socket)
    expect((await socket.closed).code).toBe(1008)
    expect((await bystander.request('ping')).ok).toBe(true)
    await bystander.close()
  })

  it('but 65,536 bytes are fine', async () => {
    const socket = await ann.connect()
    const answered = new Promise<any>((resolve) =>
      socket.ws.once('message', (data) => resolve(JSON.parse(String(data)))),
    )
    socket.ws.send('{"id":1,"type":"ping"}'.padEnd(65_536))
    expect(await answered).toMatchObject({ id: 1, ok: true })
    await socket.close()
  })
})

describe('too many frames', () => {
  it('close the socket with 4429, and only that one', async () => {
    const person = await register(strict.url)
    const [socket, bystander] = await Promise.all([person.connect(), person.connect()])
    for (let id = 0; id < 1_000; id++) socket.ws.send(JSON.stringify({ id, type: 'ping' }))
    expect((await socket.closed).code).toBe(4429)
    expect((await bystander.request('ping')).ok).toBe(true)
    const again = await person.connect()
    expect((await again.request('ping')).ok).toBe(true)
    await Promise.all([bystander.close(), again.close()])
  })

  it('are not the 300 of somebody who pastes a book', async () => {
    const [one, other] = await Promise.all([register(strict.url), register(strict.url)])
    const book = (await one.chatWith(other)).id
    const socket = await one.connect()
    const sent = Array.from({ length: 300 }, (_, page) =>
      socket.request('message.send', { conversationId: book, clientId: newClientId(), text: `page ${page}` }),
    )
    expect((await Promise.all(sent)).every(({ ok }) => ok)).toBe(true)
    await socket.close()
  })
})

describe('a client that disappears', () => {
  it('in the middle of a frame, or of the upgrade, harms nobody', async () => {
    const bystander = await ann.connect()
    for (let time = 0; time < 20; time++) {
      const socket = await ann.connect()
      tcpOf(socket).write(Buffer.from([0x81, 0xfe, 0x10]))
      tcpOf(socket).resetAndDestroy()
    }
    const { port } = new URL(server.url)
    const upgrade = `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
    const rest = `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nCookie: ${ann.cookieHeader()}\r\n\r\n`
    for (const head of [upgrade, upgrade + rest]) {
      for (let time = 0; time < 10; time++) {
        await new Promise<void>((resolve) => {
          const tcp = connectTcp(Number(port), '127.0.0.1', () =>
            tcp.write(head, () => resolve(void tcp.resetAndDestroy())),
          )
          tcp.on('error', () => {})
        })
      }
    }
    expect((await bystander.request('ping')).ok).toBe(true)
    await bystander.close()
  })
})

describe('a client that reads too slowly', () => {
  it('is disconnected, slows nobody, and catches up when it reconnects', async () => {
    const [slow, quick, sender] = await Promise.all([bob.connect(), bob.connect(), ann.connect()])
    tcpOf(slow).pause()
    // Well past what the kernel's buffers and the server's own take for one socket.
    const text = '😀'.repeat(8_000)
    const count = 600
    for (let sent = 0; sent < count; sent += 10) {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          sender.request('message.send', { conversationId: chat, clientId: newClientId(), text }),
        ),
      )
    }
    const { conversation } = (await bob.get(`/api/conversations/${chat}`)).body
    await quick.until(() => quick.all('message.created').length === count, 'every message')
    expect(quick.all('message.created').at(-1)!.message.seq).toBe(conversation.lastSeq)
    tcpOf(slow).resume()
    // The close frame, or, when it did not even read that, the end of the connection.
    expect([1013, 1006]).toContain((await slow.closed).code)
    expect(slow.all('message.created').length).toBeLessThan(count)
    const back = await connect(server.url, { cookie: bob.cookieHeader() })
    const lastSeq = slow.all('message.created').at(-1)?.message.seq ?? 0
    const { body } = await bob.get(`/api/conversations/${chat}/messages?after=${lastSeq}&limit=1`)
    expect(body.messages[0].seq).toBe(lastSeq + 1)
    await Promise.all([back, quick, sender].map((socket) => socket.close()))
  })
})

it('the server logged no unexpected error', () => {
  for (const { log, process } of [server, strict]) {
    expect(process.exitCode).toBeNull()
    expect(log.filter((line) => /"level":(50|60)|Error|unhandled/i.test(line))).toEqual([])
  }
})
