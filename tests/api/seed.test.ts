import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

const SEED = resolve(import.meta.dirname, '../../scripts/seed.mjs')
let server: TestServer

beforeAll(async () => {
  // As somebody starts it who has just cloned the repository: with the limits that everybody has.
  server = await startServer({ RATE_LIMIT_FACTOR: '1' })
})
afterAll(() => server.stop())

/** Runs `npm run seed` on the server; answers all that it printed. */
async function seed(): Promise<string> {
  const child = spawn(process.execPath, [SEED], {
    env: { ...process.env, SEED_URL: server.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  return text
}

test('the seed fills a server with default limits without waiting, and adds nothing the second time', async () => {
  const printed = await seed()
  expect(printed).not.toContain('ask to wait')
  const [, login, password] = /login: (\S+) password: (\S+)\s*$/.exec(printed)!
  const maya = new Person(server.url)
  expect((await maya.post('/api/auth/login', { login, password })).status).toBe(200)
  const list = async () => (await maya.get<{ conversations: Conversation[] }>('/api/conversations')).body.conversations
  const first = await list()

  const groups = first.filter(({ kind }) => kind === 'group')
  expect(groups.map(({ name, memberCount }) => [name, memberCount]).toSorted()).toEqual([
    ['Compass dial', 5],
    ['The yard', 40],
  ])
  const direct = first.filter(({ kind }) => kind === 'direct')
  expect(direct.length).toBeGreaterThan(5)
  const history = direct.find(({ peer }) => peer?.username === 'sofia')
  expect(history).toMatchObject({ lastSeq: 1_000, me: { unread: expect.any(Number) } })
  const withInes = direct.find(({ peer }) => peer?.username === 'ines')
  const { body } = await maya.get<{ messages: Message[] }>(`/api/conversations/${withInes!.id}/messages`)
  expect(new Set(body.messages.flatMap(({ attachments }) => attachments.map(({ kind }) => kind)))).toEqual(
    new Set(['image', 'voice']),
  )

  expect(await seed()).not.toContain('ask to wait')
  expect((await list()).map(({ id, lastSeq }) => [id, lastSeq])).toEqual(first.map(({ id, lastSeq }) => [id, lastSeq]))
})
