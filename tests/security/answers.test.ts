import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import type { SyncAnswer } from '#shared/schemas/sync'
import { ok, TestGroup } from '../support/groups/group'
import { memoryOf } from '../support/processes'
import { newClientId, register, type Person } from '../support/person'
import { range } from '../support/sends'
import { startServer, type TestServer } from '../support/server'

// Limits by count say nothing of bytes: one person fills groups of their own with messages as large as there are, then
// asks for all of them at once.

const GROUPS = 20
const MESSAGES = 40
/** 32 kB each. */
const TEXT = '😀'.repeat(LIMITS.messageCharacters)

let server: TestServer
let ann: Person
let ids: string[]

beforeAll(async () => {
  server = await startServer()
  ann = await register(server.url)
  ids = (await Promise.all(range(1, GROUPS).map((index) => TestGroup.make(ann, [], `Group ${index}`)))).map(
    ({ id }) => id,
  )
  const sockets = await Promise.all(range(1, 4).map(() => ann.connect()))
  await Promise.all(
    sockets.map(async (socket, lane) => {
      for (let index = lane; index < ids.length; index += sockets.length) {
        for (let sent = 0; sent < MESSAGES; sent += 10) {
          const send = () =>
            socket.request('message.send', { conversationId: ids[index], clientId: newClientId(), text: TEXT })
          await Promise.all(range(1, 10).map(send))
        }
      }
    }),
  )
  await Promise.all(sockets.map((socket) => socket.close()))
  // What is unread is counted from the messages themselves, which is not what is looked at here.
  await Promise.all(ids.map((id) => ann.request('PUT', `/api/conversations/${id}/read`, { seq: MESSAGES + 1 })))
})
afterAll(() => server.discard())

const none = () => Object.fromEntries(ids.map((id) => [id, 0]))
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

describe('a sync', () => {
  it('twenty times at once on a socket costs little memory, and the process lives', async () => {
    const before = memoryOf(server.process.pid!)
    const socket = await ann.connect()
    const answers = await Promise.all(range(1, 20).map(() => socket.request('sync', { conversations: none() })))
    for (const { ok: done, data } of answers) {
      expect(done).toBe(true)
      expect(bytesOf(data.changes)).toBeLessThan(LIMITS.syncBytes + 100_000)
      expect(bytesOf(data.conversations)).toBeLessThan(100_000)
    }
    const overHttp = await Promise.all(range(1, 20).map(() => ann.post('/api/sync', { conversations: none() })))
    expect(overHttp.every(({ status }) => status === 200)).toBe(true)
    expect(memoryOf(server.process.pid!, 'VmHWM') - before).toBeLessThan(300)
    expect((await socket.request('ping')).ok).toBe(true)
    await socket.close()
  })

  it('continues where it ended, and loses nothing', async () => {
    const seen = new Map(ids.map((id) => [id, [] as number[]]))
    let rest: Record<string, number> = none()
    for (let answers = 0; Object.keys(rest).length > 0; answers++) {
      expect(answers).toBeLessThan(100)
      const { changes } = await ok<SyncAnswer>(ann.post('/api/sync', { conversations: rest }))
      for (const [id, { messages, hasMore }] of Object.entries(changes)) {
        seen.get(id)!.push(...messages.filter(({ kind }) => kind === 'text').map(({ seq }) => seq))
        if (hasMore) rest[id] = messages.at(-1)?.rev ?? rest[id]!
        else delete rest[id]
      }
    }
    // The first message of each is the group's own.
    for (const id of ids) expect(seen.get(id)).toEqual(range(2, MESSAGES + 1))
  })
})

describe('a page', () => {
  async function walk(id: string, next: (page: Message[]) => string): Promise<number[]> {
    const seqs: number[] = []
    for (let query = next([]), more = true; more;) {
      const page = await ok<{ messages: Message[]; hasMore: boolean }>(
        ann.get(`/api/conversations/${id}/messages?limit=100${query}`),
      )
      expect(page.messages.length).toBeGreaterThan(0)
      expect(bytesOf(page.messages)).toBeLessThanOrEqual(LIMITS.pageBytes)
      seqs.push(...page.messages.map(({ seq }) => seq))
      query = next(page.messages)
      more = page.hasMore
    }
    return seqs.toSorted((a, b) => a - b)
  }

  it('of large messages ends early, in every direction, and the next one continues', async () => {
    const [id] = ids
    expect(await walk(id!, (page) => `&after=${page.at(-1)?.seq ?? 0}`)).toEqual(range(1, MESSAGES + 1))
    expect(await walk(id!, (page) => (page[0] ? `&before=${page[0].seq}` : ''))).toEqual(range(1, MESSAGES + 1))
    const around = await ok<{ messages: Message[]; hasMore: boolean }>(
      ann.get(`/api/conversations/${id}/messages?around=20&limit=100`),
    )
    const seqs = around.messages.map(({ seq }) => seq)
    expect(seqs).toEqual(range(seqs[0]!, seqs.at(-1)!))
    expect([seqs.includes(20), around.hasMore, bytesOf(around.messages) <= LIMITS.pageBytes]).toEqual([
      true,
      true,
      true,
    ])
  })
})

describe('the list of conversations', () => {
  it('has only the beginning of a long last message', async () => {
    const { conversations } = await ok(ann.get('/api/conversations'))
    expect(conversations).toHaveLength(GROUPS)
    for (const { lastMessage } of conversations)
      expect([...lastMessage.text]).toHaveLength(LIMITS.lastMessageCharacters)
  })
})

it('the server logged no unexpected error', () => {
  expect(server.process.exitCode).toBeNull()
  expect(server.log.filter((line) => /"level":(50|60)|unhandled/i.test(line))).toEqual([])
})
