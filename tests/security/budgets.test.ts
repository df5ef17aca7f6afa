import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import { ok, people, TestGroup } from '../support/groups/group'
import { newClientId, register, type Answer } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

// What every request costs, with the limits that a server has by default.

let server: TestServer

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT_FACTOR: '1' })
})
afterAll(() => server.discard())

/** How many of so many attempts are let through; the others are refused as they must be. */
async function letThrough(count: number, attempt: (index: number) => Promise<Answer>, atOnce = 50): Promise<number> {
  let through = 0
  for (let start = 0; start < count; start += atOnce) {
    const indices = Array.from({ length: Math.min(atOnce, count - start) }, (_, index) => start + index)
    for (const { status, headers, body } of await Promise.all(indices.map(attempt))) {
      if (status < 400) {
        through++
        continue
      }
      expect([status, body.data.code]).toEqual([429, 'RATE_LIMITED'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
  }
  return through
}

describe('what others are notified of', () => {
  it('allows 20 of 250 groups with many members', async () => {
    const [ann, bob, cem] = await people(server.url, 'Ann', 'Bob', 'Cem')
    const memberIds = [bob.user.id, cem.user.id]
    expect(
      await letThrough(250, (index) =>
        ann.post('/api/conversations', { kind: 'group', name: `Group ${index}`, memberIds }),
      ),
    ).toBe(20)
    expect((await ok(bob.get('/api/conversations'))).conversations).toHaveLength(20)
    // Others go on.
    await TestGroup.make(bob, [cem])
  })

  it('allows to fill three of the largest groups in an hour', async () => {
    const [ann, bob] = await people(server.url, 'Ann', 'Bob')
    const group = await TestGroup.make(ann, [])
    const strangers = Array.from({ length: 999 }, (_, index) => index.toString(16).padStart(24, 'a'))
    const add = (userIds: string[]) => ann.post(group.path('/members'), { userIds })
    const statuses = []
    for (let time = 0; time < 4; time++) statuses.push((await add(strangers)).status)
    expect(statuses).toEqual([404, 404, 404, 429])
    expect((await add([bob.user.id])).status).toBe(429)
  })

  it('allows 30 of 250 invites', async () => {
    const ann = await register(server.url)
    const group = await TestGroup.make(ann, [])
    expect(await letThrough(250, () => ann.post(group.path('/invites'), {}))).toBe(30)
  })

  it('is one of 1,600 typing frames in three seconds', async () => {
    const [ann, bob] = await people(server.url, 'Ann', 'Bob')
    const chat = (await ann.chatWith(bob)).id
    const [bobs, ...anns] = await Promise.all([bob.connect(), ...Array.from({ length: 4 }, () => ann.connect())])
    const started = Date.now()
    const typing = (index: number) =>
      anns[index % 4]!.request('typing.set', { conversationId: chat, typing: index % 3 === 0 })
    await Promise.all(Array.from({ length: 1_600 }, (_, index) => typing(index)))
    await bobs.request('ping')
    const heard = bobs.all('typing').length
    expect(heard).toBeGreaterThan(0)
    expect(heard).toBeLessThanOrEqual(1 + Math.ceil((Date.now() - started) / LIMITS.typingInterval))
    await Promise.all([bobs, ...anns].map((socket) => socket.close()))
  })

  it('is the newest state in the end', async () => {
    const [ann, bob] = await people(server.url, 'Ann', 'Bob')
    const chat = (await ann.chatWith(bob)).id
    const [anns, bobs] = await Promise.all([ann.connect(), bob.connect()])
    for (const typing of [true, false, true, false]) await anns.request('typing.set', { conversationId: chat, typing })
    await bobs.next('typing', ({ typing }) => !typing)
    expect(bobs.all('typing').map(({ typing }) => typing)).toEqual([true, false])
    await Promise.all([anns.close(), bobs.close()])
  })

  it('is no edit that slow mode forbids', async () => {
    const [ann, bob] = await people(server.url, 'Ann', 'Bob')
    const group = await TestGroup.make(ann, [bob])
    await ok(group.change(ann, { settings: { slowModeSeconds: 3_600 } }))
    const message = await bob.send(group.id, 'once')
    const edit = (text: string) => bob.request('PATCH', group.path(`/messages/${message.id}`), { text })
    expect(await letThrough(100, (index) => edit(`again ${index}`))).toBe(0)
    // The same words again are no edit.
    expect((await edit('once')).status).toBe(200)
    // An edit counts like a message: what comes after it waits too.
    await ok(group.change(ann, { settings: { slowModeSeconds: 0 } }))
    await ok(edit('while it was off'))
    await ok(group.change(ann, { settings: { slowModeSeconds: 1 } }))
    await expect.poll(async () => (await edit('after a second')).status).toBe(200)
    const held = await bob.post(group.path('/messages'), { clientId: newClientId(), text: 'at once' })
    expect([held.status, held.body.data.code]).toEqual([429, 'RATE_LIMITED'])
  })
})

describe('reading', () => {
  it('allows 180 of 300 searches for people at once', async () => {
    const ann = await register(server.url)
    expect(await letThrough(300, () => ann.get('/api/users?q=&limit=50'), 300)).toBe(180)
  })

  it('answers 300 pages at once, and nobody else waits for them', async () => {
    const [ann, bob] = await people(server.url, 'Ann', 'Bob')
    const chat = (await ann.chatWith(bob)).id
    await ann.send(chat, 'hello')
    let answered = 0
    const flood = Array.from({ length: 300 }, () =>
      ann.get(`/api/conversations/${chat}/messages`).finally(() => answered++),
    )
    await bob.send(chat, 'me too')
    expect(answered).toBeLessThan(300)
    expect((await Promise.all(flood)).every(({ status }) => status === 200)).toBe(true)
  })
})

describe('sockets', () => {
  it('of one person are 20; others are refused at the upgrade until one closes', async () => {
    const ann = await register(server.url)
    const open: TestSocket[] = []
    const refusals: number[] = []
    for (let start = 0; start < 100; start += 20) {
      const tries = Array.from({ length: 20 }, () => ann.connect())
      for (const outcome of await Promise.allSettled(tries)) {
        if (outcome.status === 'fulfilled') open.push(outcome.value)
        else refusals.push(outcome.reason.statusCode)
      }
    }
    expect([open.length, refusals.length, new Set(refusals)]).toEqual([LIMITS.socketsPerPerson, 80, new Set([429])])
    await open.pop()!.close()
    open.push(await ann.connect())
    await Promise.all(open.map((socket) => socket.close()))
  })

  it('answer requests one after the other, and sends together', async () => {
    const [ann, bob] = await people(server.url, 'Ann', 'Bob')
    const chat = (await ann.chatWith(bob)).id
    const socket = await ann.connect()
    const order: string[] = []
    const ask = (name: string, type: string, data: object) =>
      socket.request(type, data).then(({ ok }) => order.push(`${name} ${ok}`))
    const send = (text: string) => ask(text, 'message.send', { conversationId: chat, clientId: newClientId(), text })
    await Promise.all([
      ask('sync', 'sync', { conversations: { [chat]: 0 } }),
      ask('ping', 'ping', {}),
      send('one'),
      send('two'),
      ask('last', 'ping', {}),
    ])
    expect(order).toEqual(['sync true', 'ping true', 'one true', 'two true', 'last true'])
    await socket.close()
  })
})

it('the server logged no unexpected error', () => {
  expect(server.process.exitCode).toBeNull()
  expect(server.log.filter((line) => /"level":(50|60)|unhandled/i.test(line))).toEqual([])
})
