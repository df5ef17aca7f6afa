import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok, TestGroup } from '../support/groups/group'
import { newClientId, register, type Person } from '../support/person'
import { memoryOf, ownMemoryOf, watchMemory } from '../support/processes'
import { range } from '../support/sends'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

// One account at twenty addresses does what costs most, as fast as it is let, with the limits as they are by default;
// somebody else goes on talking meanwhile. What is measured is printed; what is asserted are bounds for life, because a
// machine that runs tests is no place to time a median: docs/security.md has the figures of a quiet one.

const KINDS = process.env.ATTACK_KINDS?.split(',') ?? [
  'sync',
  'lists',
  'sends',
  'edits',
  'groups',
  'logins',
  'registrations',
  'pictures',
  'garbage',
  'pages',
  'syncFrames',
  'typingFrames',
  'sendFrames',
  'everything',
]
const SECONDS = Number(process.env.ATTACK_SECONDS ?? 3)
/** MiB beyond what the server takes when it has nothing to do; and with the process that opens files, which is ended when idle. */
const MAX_MORE_MEMORY = 300
const MAX_MORE_WITH_WORKER = 600
/** Milliseconds that a neighbour's message may take, whatever happens. */
const MAX_SEND_MS = 5_000
const ATTACK = resolve(import.meta.dirname, 'support/attack.mjs')
const PICTURE = resolve(import.meta.dirname, '../support/files/cases/p12.avif')

let server: TestServer
let mallory: Person
let ann: Person
let talk: { socket: TestSocket; conversationId: string }
let ids: string[]
let idle: { alone: number; all: number }
let quiet: number

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: '1' })
  ;[mallory, ann] = await Promise.all([register(server.url, 'Mallory'), register(server.url, 'Ann')])
  const bob = await register(server.url, 'Bob')
  ids = (await Promise.all(range(1, 8).map((index) => TestGroup.make(mallory, [], `Group ${index}`)))).map(
    ({ id }) => id,
  )
  for (const id of ids)
    for (const _ of range(1, 10))
      await ok(mallory.post(`/api/conversations/${id}/messages`, { clientId: newClientId(), text: '😀'.repeat(8_000) }))
  talk = { socket: await ann.connect(), conversationId: (await ann.chatWith(bob)).id }
  await sends(() => quietTimes.length < 80)
  quiet = median(quietTimes)
  idle = { alone: ownMemoryOf(server.process.pid!), all: memoryOf(server.process.pid!) }
})
afterAll(async () => {
  await talk?.socket.close()
  await server?.discard()
})

const quietTimes: number[] = []

/** Sends, one message after the other with a pause as people make, while it is asked to. */
async function sends(goesOn: () => boolean, times = quietTimes): Promise<number[]> {
  const { socket, conversationId } = talk
  while (goesOn()) {
    const began = performance.now()
    const answer = await socket.request('message.send', { conversationId, clientId: newClientId(), text: 'hello' })
    expect(answer.ok).toBe(true)
    times.push(performance.now() - began)
    await new Promise((next) => setTimeout(next, 25))
  }
  return times
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
}

describe('one account at twenty addresses', () => {
  it.each(KINDS)('cannot keep others from talking: %s', async (kind) => {
    const most = {
      alone: watchMemory(server.process.pid!, ownMemoryOf, 100),
      all: watchMemory(server.process.pid!, memoryOf, 100),
    }
    let isOver = false
    const environment = {
      PATH: process.env.PATH,
      ATTACK_URL: server.url,
      ATTACK_COOKIE: mallory.cookieHeader(),
      ATTACK_KIND: kind,
      ATTACK_SECONDS: `${SECONDS}`,
      ATTACK_IDS: ids.join(','),
      ATTACK_PICTURE: PICTURE,
    }
    const attack = promisify(execFile)(process.execPath, [ATTACK], { env: environment }).finally(() => (isOver = true))
    const times = await sends(() => !isOver, [])
    const { stdout } = await attack
    const more = Math.round(most.alone() - idle.alone)
    const withWorker = Math.round(most.all() - idle.all)
    const slowest = Math.max(...times)
    const figures = {
      kind,
      median: median(times).toFixed(1),
      quiet: quiet.toFixed(1),
      ratio: (median(times) / quiet).toFixed(1),
      slowest: slowest.toFixed(0),
      more,
      withWorker,
    }
    if (process.env.ATTACK_FIGURES) console.log(JSON.stringify(figures), stdout.trim())
    expect(times.length).toBeGreaterThan(0)
    expect(slowest, JSON.stringify(figures)).toBeLessThan(MAX_SEND_MS)
    expect(more, JSON.stringify(figures)).toBeLessThan(MAX_MORE_MEMORY)
    expect(withWorker, JSON.stringify(figures)).toBeLessThan(MAX_MORE_WITH_WORKER)
    expect([server.process.exitCode, server.process.signalCode]).toEqual([null, null])
    expect(JSON.parse(stdout)).not.toHaveProperty('500')
  })
})
