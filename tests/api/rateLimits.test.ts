import { afterAll, beforeAll, expect, it } from 'vitest'
import { newClientId, PASSWORD, Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

/** Tests that use up a limit which others share have a server of their own. */
const servers: TestServer[] = []
let server: TestServer

async function start(RATE_LIMIT_FACTOR = '1'): Promise<TestServer> {
  const started = await startServer({ RATE_LIMIT_FACTOR })
  servers.push(started)
  return started
}

beforeAll(async () => {
  server = await start()
})
afterAll(async () => {
  await Promise.all(servers.map((started) => started.discard()))
})

type Attempt = (index: number) => Promise<{ status: number; headers: Headers; body: any }>

/**
 * How many of these many attempts were let through, after seeing that the rest was refused as it must be.
 * @param atOnce no more than the connections that the server's factor leaves to one address
 */
async function letThrough(count: number, attempt: Attempt, atOnce = count): Promise<number> {
  const answers: Awaited<ReturnType<Attempt>>[] = []
  let begun = 0
  const lane = async () => {
    while (begun < count) answers.push(await attempt(begun++))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const refused = answers.filter(({ status }) => status === 429)
  for (const { headers, body } of refused) {
    expect(body.data).toEqual({ code: 'RATE_LIMITED' })
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d{0,2}$/)
  }
  return count - refused.length
}

it('registering: 60 a minute from one address', async () => {
  // A common password is refused after it was counted, and before it costs a second of hashing.
  const fields = { displayName: 'Many', password: 'password123' }
  const attempt = (index: number) =>
    new Person(server.url).post('/api/auth/register', {
      ...fields,
      username: `many${index}`,
      email: `many${index}@example.com`,
    })
  expect(await letThrough(80, attempt)).toBe(60)
})

it('signing in: 10 wrong passwords for one name, also for a name without an account; then 60 attempts a minute from one address', async () => {
  const wrong = (login: string) => new Person(server.url).post('/api/auth/login', { login, password: 'wrong password' })
  expect(await letThrough(20, () => wrong('somebody'))).toBe(10)
  expect(await letThrough(5, () => wrong('SomeBody'))).toBe(0)
  expect((await wrong('somebody.else')).status).toBe(401)
  // 26 of the 60 are used up.
  expect(await letThrough(50, (index) => wrong(`name${index}`))).toBe(34)
  const form = await new Person(server.url).submit('/api/auth/login', { login: 'somebody', password: 'wrong password' })
  expect([form.status, form.headers.get('location')]).toEqual([303, '/login?error=RATE_LIMITED'])
})

it('refreshing: 300 a minute from one address', async () => {
  const caller = new Person(server.url)
  caller.cookies.set('webchat_refresh', 'not.a.token')
  const cookie = { cookie: caller.cookieHeader() }
  expect(await letThrough(320, () => caller.request('POST', '/api/auth/refresh', {}, cookie))).toBe(300)
})

it('sending: 3,000 messages a minute from one person, over HTTP and sockets together', async () => {
  // A tenth of it, for the sake of time; this also shows what the factor does.
  const other = await start('0.1')
  const [ann, bob] = await Promise.all([register(other.url), register(other.url)])
  const chat = (await ann.chatWith(bob)).id
  const socket = await ann.connect()
  const message = () => ({ clientId: newClientId(), text: 'again' })
  const overSocket = Array.from({ length: 30 }, () =>
    socket.request('message.send', { conversationId: chat, ...message() }),
  )
  expect((await Promise.all(overSocket)).every(({ ok }) => ok)).toBe(true)
  expect(await letThrough(290, () => ann.post(`/api/conversations/${chat}/messages`, message()), 20)).toBe(270)
  const refused = await socket.request('message.send', { conversationId: chat, ...message() })
  expect(refused).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED' } })
  expect((await bob.get(`/api/conversations/${chat}`)).body.conversation.lastSeq).toBe(300)
  expect((await bob.send(chat, 'others may go on')).seq).toBe(301)
  await socket.close()
})

it('changing the password: 10 wrong current passwords', async () => {
  const other = await start()
  const person = await register(other.url)
  const change = (current: string) => person.request('PUT', '/api/me/password', { current, next: 'another long one' })
  for (let time = 0; time < 10; time++) expect((await change('wrong password')).status).toBe(422)
  expect(await letThrough(3, () => change('wrong password'))).toBe(0)
  expect((await change(PASSWORD)).status).toBe(429)
})

it('refreshing: 30 a minute for one session', async () => {
  const other = await start()
  const person = await register(other.url)
  for (let time = 0; time < 30; time++) expect((await person.post('/api/auth/refresh', {})).status).toBe(200)
  const refused = await person.post('/api/auth/refresh', {})
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
  // A limit says nothing about the token: it stays.
  expect(person.cookies.has('webchat_refresh')).toBe(true)
})
