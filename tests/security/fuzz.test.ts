import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { begun } from '../support/files/uploads'
import { ok, TestGroup } from '../support/groups/group'
import { Chance } from '../support/chance'
import { memoryOf } from '../support/processes'
import { register, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'
import { allRoutes, Hostile, socketRequests, type Route } from './support/hostile'

// Every route and every request of a socket gets what nobody sends who means well. `npm run fuzz` sends ten times as
// much; FUZZ_SEED repeats what a seed has sent.
const COUNT = Number(process.env.FUZZ_COUNT ?? 10_000)
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const AT_ONCE = 20
/** Mebibytes that may be held at the end above what was held when it had warmed up. */
const MAX_GROWTH = 150

const PAGES: Route[] = [
  '/',
  '/login',
  '/register',
  '/c/[id]',
  '/invite/[token]',
  '/saved',
  '/settings/[x]',
  '/[x]',
].map((pattern) => ({ method: 'GET', pattern, fields: [] }))

const chance = new Chance(SEED)
const hostile = new Hostile(chance)
const routes = allRoutes()
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
let server: TestServer
let ann: Person
let bob: Person
let sockets: TestSocket[] = []
let uploadId: string | null = null
const statuses = new Map<number | string, number>()
/** What was sent that must not be answered as it was. */
const failures: string[] = []

beforeAll(async () => {
  console.log(`fuzz: ${COUNT} requests, FUZZ_SEED=${SEED}`)
  server = await startServer()
  // The first account administers the server, and could shut out the others.
  await register(server.url, 'Root')
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
})
afterAll(() => server.discard())

/** Something of every kind. It is made again from time to time, because random requests delete it. */
async function makeThings(): Promise<void> {
  const group = await TestGroup.make(ann, [])
  const message = await ann.send(group.id, 'hello')
  const { invite } = (await ann.post(group.path('/invites'), {})).body
  // Bob joins by the link: their random requests may have blocked Ann, or said that nobody may add them.
  await ok(bob.post(`/api/invites/${invite.url.split('/').at(-1)}/accept`, {}))
  // A person may have only so many unfinished uploads.
  if (uploadId) await ann.request('DELETE', `/api/uploads/${uploadId}`)
  const upload = await begun(ann, { conversationId: group.id, size: 10 })
  uploadId = upload.id
  const ids = [ann.user.id, bob.user.id, group.id, message.id, invite.id, invite.url.split('/').at(-1), upload.id]
  hostile.ids = [...hostile.ids.slice(-40), ...ids]
}

function note(answer: number | string, what: () => string, isWrong: boolean): void {
  statuses.set(answer, (statuses.get(answer) ?? 0) + 1)
  if (isWrong && failures.length < 20) failures.push(`${answer} to ${what()}`)
}

/** One request over HTTP; resolves when its answer has been read. */
function send(route: Route): Promise<void> {
  // Half of what ends a session, or would, comes from nobody.
  const cookie =
    route.pattern.includes('/auth/') || chance.oneIn(10) ? {} : { cookie: chance.of([ann, bob]).cookieHeader() }
  const { method } = chance.oneIn(30) ? { method: chance.of(['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PROPFIND']) } : route
  const path = hostile.address(route)
  const body = method === 'GET' || method === 'HEAD' ? undefined : hostile.body(route.fields)
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...cookie, ...hostile.headers() }
  const what = () => `${method} ${path} ${JSON.stringify(headers).slice(0, 500)} ${body?.slice(0, 500) ?? ''}`
  return new Promise((done) => {
    const { hostname, port } = new URL(server.url)
    const outgoing = request({ hostname, port, method, path, headers, agent }, (response) => {
      const status = response.statusCode!
      note(status, what, status >= 500 && status !== 503)
      response.resume()
      response.once('close', () => done())
    })
    // The server may close a connection whose body it does not want, or whose header is too large.
    outgoing.once('error', () => done(note('no answer', what, false)))
    outgoing.end(body)
  })
}

async function ask(index: number): Promise<void> {
  const socket = sockets[index]!
  const { type, fields } = chance.oneIn(20) ? { type: hostile.word(), fields: [] } : chance.of(socketRequests)
  const data = chance.oneIn(6) ? hostile.value() : hostile.likely(fields)
  const what = () => `${type} ${JSON.stringify(data)?.slice(0, 500)}`
  try {
    const { ok, error } = await socket.request(type, data)
    note(ok ? 'ok' : error!.code, what, error?.code === 'INTERNAL')
  } catch {
    // Only what is too large or hides a prototype closes the socket.
    const { code } = await socket.closed
    note(`closed ${code}`, what, code !== 1008)
    sockets[index] = await chance.of([ann, bob]).connect()
  }
}

it(
  'random requests fail nothing, leave nothing behind, and the process lives',
  { timeout: 60_000 + COUNT * 30 },
  async () => {
    await makeThings()
    sockets = await Promise.all(Array.from({ length: AT_ONCE }, () => ann.connect()))
    let sent = 0
    let warm = 0
    const work = async (index: number) => {
      while (sent < COUNT && failures.length === 0) {
        sent++
        if (sent === Math.floor(COUNT / 3)) warm = memoryOf(server.process.pid!)
        if (sent % 400 === 0) await makeThings()
        if (chance.oneIn(4)) await ask(index)
        else if (chance.oneIn(40)) await send(chance.of(PAGES))
        else await send(chance.of(routes))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(index)))
    console.log(`fuzz: ${JSON.stringify(Object.fromEntries(statuses))}`)
    expect(failures, `FUZZ_SEED=${SEED}`).toEqual([])
    expect(
      server.log.filter((line) => /"level":(50|60)|unhandled|Warning/i.test(line)).slice(0, 5),
      `FUZZ_SEED=${SEED}`,
    ).toEqual([])
    expect(server.process.exitCode).toBeNull()
    // It does what it did before: both people are still in, and talk.
    await makeThings()
    for (const socket of sockets) await socket.close()
    agent.destroy()
    // What the last requests have left is freed when the collector comes to it.
    await expect
      .poll(() => memoryOf(server.process.pid!) - warm, { timeout: 20_000, interval: 1_000 })
      .toBeLessThan(MAX_GROWTH)
  },
)
