import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import { newClientId, type Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

let server: TestServer
let ann: Person
let bob: Person
let chat: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
})
afterAll(() => server.discard())

const send = (socket: TestSocket, text: string, clientId = newClientId()) =>
  socket.request('message.send', { conversationId: chat, clientId, text })

describe('hello', () => {
  it('is the first frame, and names the user and the limits', async () => {
    const socket = await ann.connect()
    const { sessions } = (await ann.get('/api/me/sessions')).body
    expect(socket.events[0]).toEqual({
      type: 'hello',
      data: {
        userId: ann.user.id,
        sessionId: sessions[0].id,
        time: expect.stringMatching(/^\d{4}-.+Z$/),
        protocol: 1,
        limits: { frameBytes: 65_536, messageCharacters: 8_000, heartbeatInterval: LIMITS.heartbeatInterval },
      },
    })
    await socket.close()
  })

  it('comes before the answers to early requests', async () => {
    const { WebSocket } = await import('ws')
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, { headers: { cookie: ann.cookieHeader() } })
    const frames: any[] = []
    ws.on('open', () => ws.send('{"id":1,"type":"ping"}'))
    await new Promise<void>((resolve) => {
      ws.on('message', (data) => {
        frames.push(JSON.parse(String(data)))
        if (frames.length === 2) resolve()
      })
    })
    expect([frames[0].type, frames[1].id]).toEqual(['hello', 1])
    ws.close()
  })
})

describe('a request', () => {
  it('is answered with its id, whatever else is under way', async () => {
    const socket = await ann.connect()
    const answers = await Promise.all([
      send(socket, 'one'),
      socket.request('ping', {}),
      socket.request('nothing'),
      send(socket, 'two'),
    ])
    expect(answers.map(({ id, ok }) => [id, ok])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, true],
    ])
    expect(answers[1]!.data).toEqual({ time: expect.stringMatching(/^\d{4}-.+Z$/) })
    await socket.close()
  })

  it('to send makes the same message as over HTTP, and once', async () => {
    const socket = await ann.connect()
    const clientId = newClientId()
    const { data } = await send(socket, 'by socket', clientId)
    const again = await ann.post(`/api/conversations/${chat}/messages`, { clientId, text: 'by socket' })
    expect([again.status, again.body]).toEqual([200, data])
    await socket.close()
  })

  it.each<[string, unknown, string]>([
    ['of an unknown type', { id: 1, type: 'message.destroy', data: {} }, 'INVALID'],
    ['of a type that objects have', { id: 1, type: 'constructor', data: {} }, 'INVALID'],
    ['of a type that is no text', { id: 1, type: { $gt: '' }, data: {} }, 'INVALID'],
    ['without a type', { id: 1 }, 'INVALID'],
    ['with an extra key', { id: 1, type: 'ping', data: {}, extra: 1 }, 'INVALID'],
    ['with extra data', { id: 1, type: 'ping', data: { extra: 1 } }, 'INVALID'],
    ['without data', { id: 1, type: 'message.send' }, 'INVALID'],
    [
      'with an operator',
      { id: 1, type: 'conversation.read', data: { conversationId: { $gt: '' }, seq: 1 } },
      'INVALID',
    ],
    ['with data that is a list', { id: 1, type: 'typing.set', data: [] }, 'INVALID'],
    [
      'to watch too many',
      { id: 1, type: 'presence.watch', data: { userIds: Array.from({ length: 201 }, () => 'f'.repeat(24)) } },
      'INVALID',
    ],
    [
      'in a conversation that is not there',
      { id: 1, type: 'typing.set', data: { conversationId: 'f'.repeat(24), typing: true } },
      'NOT_FOUND',
    ],
    ['with a negative id', { id: -1, type: 'ping', data: {} }, 'INVALID'],
  ])('%s is refused, and the socket goes on', async (_what, frame, code) => {
    const socket = await ann.connect()
    const answered = new Promise<any>((resolve) =>
      socket.ws.once('message', (data) => resolve(JSON.parse(String(data)))),
    )
    socket.ws.send(JSON.stringify(frame))
    expect(await answered).toEqual({
      id: (frame as { id: number }).id,
      ok: false,
      error: expect.objectContaining({ code, message: expect.any(String) }),
    })
    expect((await socket.request('ping', {})).ok).toBe(true)
    await socket.close()
  })

  it.each<[string, unknown]>([
    ['without an id', { type: 'ping', data: {} }],
    ['with an id that is no number', { id: '1', type: 'ping', data: {} }],
    ['with an id that no number can count', { id: 1.5, type: 'ping', data: {} }],
    ['that is null', null],
    ['that is a list', []],
    ['that is a number', 7],
  ])('%s is refused under no id', async (_what, frame) => {
    const socket = await ann.connect()
    const answered = new Promise<any>((resolve) =>
      socket.ws.once('message', (data) => resolve(JSON.parse(String(data)))),
    )
    socket.ws.send(JSON.stringify(frame))
    expect(await answered).toMatchObject({ id: null, ok: false, error: { code: 'INVALID' } })
    await socket.close()
  })

  it('that is invalid is answered with the name of the wrong field', async () => {
    const socket = await ann.connect()
    const { error } = await send(socket, '')
    expect(error).toMatchObject({
      code: 'INVALID',
      issues: [{ path: ['text'], code: 'blank', params: {}, message: expect.any(String) }],
    })
    await socket.close()
  })
})

describe('events', () => {
  it('are the same for every device of every member, including the sender', async () => {
    const devices = [ann, ann, await signIn(ann), bob, await signIn(bob)]
    const sockets = await Promise.all(devices.map((device) => device.connect()))
    const { data } = await send(sockets[0]!, 'to all')
    for (const socket of sockets) {
      expect(await socket.next('message.created', ({ message }) => message.id === data.message.id)).toEqual(data)
    }
    await Promise.all(sockets.map((socket) => socket.close()))
  })

  it('announce to both how far one has read, once for each step', async () => {
    const [reader, sender] = await Promise.all([bob.connect(), ann.connect()])
    const { data } = await send(sender, 'read me')
    const seq: number = data.message.seq
    const read = (to: number) => reader.request('conversation.read', { conversationId: chat, seq: to })
    for (const to of [seq, seq - 1, seq, seq + 1_000]) expect(await read(to)).toMatchObject({ ok: true, data: {} })
    const expected = { conversationId: chat, userId: bob.user.id, lastReadSeq: seq }
    expect(await sender.next('read.updated')).toEqual(expected)
    expect(await reader.next('read.updated')).toEqual(expected)
    await sender.request('ping')
    expect([sender, reader].map((socket) => socket.all('read.updated').length)).toEqual([1, 1])
    await Promise.all([reader.close(), sender.close()])
  })

  it('announce typing to the other person only', async () => {
    const [typist, secondDevice, other] = await Promise.all([ann.connect(), ann.connect(), bob.connect()])
    for (const typing of [true, false]) {
      await typist.request('typing.set', { conversationId: chat, typing })
      expect(await other.next('typing', (data) => data.typing === typing)).toEqual({
        conversationId: chat,
        userId: ann.user.id,
        typing,
      })
    }
    await Promise.all([typist.request('ping'), secondDevice.request('ping')])
    expect([typist, secondDevice].flatMap((socket) => socket.all('typing'))).toEqual([])
    await Promise.all([typist, secondDevice, other].map((socket) => socket.close()))
  })

  it('reach members of a conversation that began while their socket was open', async () => {
    const newcomer = await register(server.url, 'Newcomer')
    const [first, second] = await Promise.all([newcomer.connect(), ann.connect()])
    const started = await newcomer.chatWith(ann)
    for (const socket of [first, second])
      await socket.next('conversation.created', ({ conversation }) => conversation.id === started.id)
    const message = await ann.send(started.id, 'welcome')
    for (const socket of [first, second]) {
      expect(await socket.next('message.created', (data) => data.message.id === message.id)).toEqual({ message })
    }
    await Promise.all([first.close(), second.close()])
  })
})

describe('presence', () => {
  it('is announced to those who watch: who is online, who arrives, who leaves', async () => {
    const [here, away] = [await register(server.url), await register(server.url)]
    const [watcher, hereSocket] = await Promise.all([ann.connect(), here.connect()])
    const unknown = 'f'.repeat(24)
    const { data } = await watcher.request('presence.watch', { userIds: [here.user.id, away.user.id, unknown] })
    expect(data.presence).toEqual({
      [here.user.id]: { online: true, lastSeenAt: null },
      [away.user.id]: { online: false, lastSeenAt: null },
      [unknown]: { online: false, lastSeenAt: null },
    })
    const awaySocket = await away.connect()
    expect(await watcher.next('presence')).toEqual({ userId: away.user.id, online: true, lastSeenAt: null })
    await hereSocket.close()
    const left = await watcher.next('presence', ({ userId }) => userId === here.user.id)
    expect(left).toEqual({ userId: here.user.id, online: false, lastSeenAt: expect.stringMatching(/^\d{4}-.+Z$/) })
    // A new list replaces the old one, and what was seen is remembered.
    const again = await watcher.request('presence.watch', { userIds: [here.user.id] })
    expect(again.data.presence[here.user.id].lastSeenAt).toBe(left.lastSeenAt)
    expect((await ann.get(`/api/users/${here.user.id}`)).body.user.lastSeenAt).toBe(left.lastSeenAt)
    await Promise.all([watcher.close(), awaySocket.close()])
  })
})
