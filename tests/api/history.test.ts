import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { newClientId, type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

const COUNT = 230

let server: TestServer
let ann: Person
let bob: Person
let chat: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  const socket = await ann.connect()
  // One socket's requests are written in the order they were made.
  await Promise.all(
    Array.from({ length: COUNT }, (_, index) =>
      socket.request('message.send', { conversationId: chat, clientId: newClientId(), text: `message ${index + 1}` }),
    ),
  )
  await socket.close()
})
afterAll(() => server.discard())

async function page(query: string): Promise<{ from: number; to: number; count: number; hasMore: boolean }> {
  const { status, body } = await bob.get<{ messages: Message[]; hasMore: boolean }>(
    `/api/conversations/${chat}/messages?${query}`,
  )
  expect(status).toBe(200)
  const seqs = body.messages.map(({ seq }) => seq)
  // Ascending, without a gap, each with its own text.
  expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index))
  for (const { seq, text } of body.messages) expect(text).toBe(`message ${seq}`)
  return { from: seqs[0] ?? 0, to: seqs.at(-1) ?? 0, count: seqs.length, hasMore: body.hasMore }
}

describe('a page of the history', () => {
  it.each([
    // [query, from, to, hasMore]
    ['', 181, 230, true],
    ['limit=100', 131, 230, true],
    ['limit=1', 230, 230, true],
    ['before=181', 131, 180, true],
    ['before=51', 1, 50, false],
    ['before=52', 2, 51, true],
    ['before=2', 1, 1, false],
    ['before=9007199254740991&limit=3', 228, 230, true],
    ['after=0', 1, 50, true],
    ['after=180', 181, 230, false],
    ['after=179', 180, 229, true],
    ['after=229', 230, 230, false],
    ['around=100', 75, 124, true],
    ['around=100&limit=1', 100, 100, true],
    ['around=100&limit=2', 99, 100, true],
    ['around=100&limit=3', 99, 101, true],
    ['around=1&limit=10', 1, 10, true],
    ['around=3&limit=10', 1, 10, true],
    ['around=230&limit=10', 221, 230, true],
    ['around=228&limit=10', 221, 230, true],
    ['around=5000&limit=10', 221, 230, true],
    ['around=0&limit=10', 1, 10, true],
  ] as const)('?%s is %i to %i', async (query, from, to, hasMore) => {
    expect(await page(query)).toEqual({ from, to, count: to - from + 1, hasMore })
  })

  it.each(['before=1', 'before=0', 'after=230', 'after=999999'])('?%s is empty', async (query) => {
    expect(await page(query)).toEqual({ from: 0, to: 0, count: 0, hasMore: false })
  })

  it('around has all messages if they fit', async () => {
    const other = await register(server.url)
    const small = (await ann.chatWith(other)).id
    for (const text of ['a', 'b', 'c']) await ann.send(small, text)
    for (const around of [0, 1, 2, 3, 9]) {
      const { body } = await ann.get(`/api/conversations/${small}/messages?around=${around}&limit=3`)
      expect([around, body.messages.map(({ text }: Message) => text), body.hasMore]).toEqual([
        around,
        ['a', 'b', 'c'],
        false,
      ])
    }
  })

  it('leads from the newest to the oldest message without gaps or repetitions', async () => {
    const seen: number[] = []
    let before = ''
    for (let more = true; more;) {
      const { messages, hasMore } = (await bob.get(`/api/conversations/${chat}/messages?limit=99${before}`)).body
      seen.unshift(...messages.map(({ seq }: Message) => seq))
      before = `&before=${seen[0]}`
      more = hasMore
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1))
  })
})

describe('read state', () => {
  const me = async (person: Person) => (await person.get(`/api/conversations/${chat}`)).body.conversation.me
  const read = (person: Person, seq: number) => person.request('PUT', `/api/conversations/${chat}/read`, { seq })

  it('is derived: own messages are never unread, others’ are unread until they are read', async () => {
    expect(await me(ann)).toMatchObject({ lastReadSeq: 0, unread: 0 })
    expect(await me(bob)).toMatchObject({ lastReadSeq: 0, unread: COUNT })
    await read(bob, 200)
    expect(await me(bob)).toMatchObject({ lastReadSeq: 200, unread: COUNT - 200 })
    const own = await bob.send(chat, `message ${COUNT + 1}`)
    expect(await me(bob)).toMatchObject({ lastReadSeq: 200, unread: COUNT - 200 })
    expect(await me(ann)).toMatchObject({ unread: 1 })
    await read(ann, own.seq)
    expect(await me(ann)).toMatchObject({ lastReadSeq: own.seq, unread: 0 })
  })

  it('never moves back, and never past the end', async () => {
    const socket = await ann.connect()
    expect((await read(bob, 220)).status).toBe(204)
    expect((await read(bob, 10)).status).toBe(204)
    expect(await me(bob)).toMatchObject({ lastReadSeq: 220 })
    expect((await read(bob, 1_000_000)).status).toBe(204)
    const { lastSeq } = (await bob.get(`/api/conversations/${chat}`)).body.conversation
    expect(await me(bob)).toMatchObject({ lastReadSeq: lastSeq, unread: 0 })
    const next = await ann.send(chat, 'a new one is unread')
    expect(await me(bob)).toMatchObject({ unread: 1 })
    await socket.next('message.created', ({ message }) => message.id === next.id)
    // Only positions that moved were announced.
    expect(socket.all('read.updated').map(({ lastReadSeq }) => lastReadSeq)).toEqual([220, lastSeq])
    await socket.close()
  })

  it('shows each member how far the other has read', async () => {
    const { members } = (await ann.get(`/api/conversations/${chat}/members`)).body
    for (const member of members) {
      const { lastReadSeq } = await me(member.user.id === ann.user.id ? ann : bob)
      expect(member.lastReadSeq).toBe(lastReadSeq)
    }
  })
})
