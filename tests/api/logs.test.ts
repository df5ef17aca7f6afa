import { expect, it, onTestFinished } from 'vitest'
import { begun, putPart } from '../support/files/uploads'
import { newClientId, PASSWORD, Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { startTasks } from '../support/tasks'

async function start(environment: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer(environment)
  onTestFinished(() => server.discard())
  return server
}

type Line = Record<string, any>

const linesOf = (server: TestServer): Line[] =>
  server.log.flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []))

/** The first line that fits, as soon as it is there. */
async function line(server: TestServer, fits: (line: Line) => boolean): Promise<Line> {
  for (;;) {
    const found = linesOf(server).find(fits)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

it('has one line for each request: id, person, request, status and duration', async () => {
  const server = await start()
  const ann = await register(server.url)
  const id = 'a-request-of-mine'
  const answer = await ann.request('GET', '/api/conversations/65f000000000000000000001?secret=x', undefined, {
    'x-request-id': id,
  })
  expect(answer.headers.get('x-request-id')).toBe(id)
  const found = await line(server, ({ requestId }) => requestId === id)
  expect(found).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-.+Z$/),
    msg: 'request',
    requestId: id,
    userId: ann.user.id,
    method: 'GET',
    route: '/api/conversations/:id',
    status: 404,
    duration: expect.any(Number),
  })
  const registered = await line(server, ({ route }) => route === '/api/auth/register')
  expect(registered).toMatchObject({ method: 'POST', status: 201, userId: ann.user.id, requestId: expect.any(String) })
  await new Person(server.url).get('/api/me')
  expect(await line(server, ({ status }) => status === 401)).not.toHaveProperty('userId')
})

it('has lines for health checks only at the level debug', async () => {
  const [usual, thorough, quiet] = [
    await start(),
    await start({ LOG_LEVEL: 'debug' }),
    await start({ LOG_LEVEL: 'info' }),
  ]
  for (const server of [usual, thorough, quiet]) {
    for (const path of ['/api/health', '/api/ready', '/login']) await new Person(server.url).get(path)
    await line(server, ({ route }) => route === '/login')
  }
  expect(
    linesOf(usual)
      .filter(({ msg }) => msg === 'request')
      .map(({ route }) => route),
  ).toEqual(['/login'])
  const routes = linesOf(thorough)
    .filter(({ msg }) => msg === 'request')
    .map(({ route, level }) => [route, level])
  expect(routes).toEqual([
    ['/api/health', 20],
    ['/api/ready', 20],
    ['/login', 30],
  ])
})

it('has a line for each socket that opens and closes', async () => {
  const server = await start()
  const ann = await register(server.url)
  const socket = await ann.connect()
  const { sessionId } = socket.all('hello')[0]!
  const opened = await line(server, ({ msg }) => msg === 'socket open')
  expect(opened).toMatchObject({ level: 30, userId: ann.user.id, sessionId, open: 1 })
  await socket.close()
  const closed = await line(server, ({ msg }) => msg === 'socket closed')
  expect(closed).toMatchObject({
    level: 30,
    userId: ann.user.id,
    sessionId,
    code: 1005,
    seconds: expect.any(Number),
    open: 0,
  })
})

it('has no password, no token, no invite link, and no text of a message', async () => {
  const server = await start({ LOG_LEVEL: 'trace' })
  const { url } = server
  const ann = await register(url)
  const other = await signIn(ann)
  const bob = await register(url, 'Bob')
  const said = 'the rain in Spain'
  const wrong = 'a wrong password of mine'
  await new Person(url).post('/api/auth/login', { login: ann.user.username, password: wrong })
  await new Person(url).submit('/api/auth/login', { login: ann.user.username, password: wrong })
  await other.post('/api/auth/refresh', {})
  const group = (await ann.post('/api/conversations', { kind: 'group', name: 'Spain', memberIds: [] })).body
    .conversation.id
  const { invite } = (await ann.post(`/api/conversations/${group}/invites`, {})).body
  const token = invite.url.split('/').at(-1)
  expect(token.length).toBeGreaterThan(20)
  // By every way that an invite goes: page, preview, acceptance, with a method that no route has, and from elsewhere.
  await bob.get(`/invite/${token}?token=${token}`)
  await bob.get(`/api/invites/${token}`)
  await bob.post(`/api/invites/${token}/accept`)
  await bob.request('PUT', `/api/invites/${token}`)
  await bob.request('POST', `/api/invites/${token}/accept`, {}, { 'sec-fetch-site': 'cross-site' })
  await bob.get(`/${token}`)
  // A file goes by signed addresses, which are as good as the file.
  const upload = await begun(ann, { conversationId: group, name: 'the-rain.txt', size: 4 })
  const { etag } = await putPart(ann, upload.parts[0]!, Buffer.from('rain'))
  await ann.post(`/api/uploads/${upload.id}/complete`, { parts: [{ number: 1, etag }] })
  await ann.get(`/api/files/${upload.id}`)
  const signed = [...new URL(upload.parts[0]!.url, url).searchParams.values()].filter((value) => value.length > 20)
  expect(signed.length).toBeGreaterThan(0)
  const message = await ann.send(group, said)
  const socket = await bob.connect()
  await socket.request('message.send', { conversationId: group, clientId: newClientId(), text: said })
  await socket.request('message.send', { conversationId: group, text: said, more: said })
  await socket.request(said, { text: said })
  await ann.request('PATCH', `/api/conversations/${group}/messages/${message.id}`, { text: `${said} again` })
  await ann.request('PATCH', `/api/conversations/${group}/messages/${message.id}`, `{"text": "${said}`)
  await socket.close()
  await other.post('/api/auth/logout', {})
  await line(server, ({ route }) => route === '/api/auth/logout')

  const log = server.log.join('\n')
  expect(log).toContain('/api/invites/:token/accept')
  expect(log).toContain('/invite/*')
  const cookies = [ann, other, bob]
    .flatMap((person) => [...person.cookies.values()])
    .filter((value) => value.startsWith('ey'))
  expect(cookies).toHaveLength(7)
  const secrets = [
    PASSWORD,
    wrong,
    token,
    said,
    ...signed,
    ...cookies,
    ...cookies.map((cookie) => cookie.split('.')[2]!).filter(Boolean),
  ]
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  expect(log).not.toMatch(/password|cookie/i)
})

// A MongoDB that others use cannot be taken away.
it.skipIf(process.env.TEST_MONGODB_URI)('has unexpected errors without the requested address', async () => {
  const { servers, stopDatabase } = await startTasks(1)
  const server = servers[0]!
  const bob = await register(server.url)
  await stopDatabase()
  const token = 'AbCdEfGhIjKlMnOpQrStUvWx'
  const answers = await Promise.all([bob.get(`/invite/${token}`), bob.get(`/api/invites/${token}`)])
  expect(answers.map(({ status }) => status)).toEqual([500, 500])
  expect(answers.map(({ body }) => JSON.stringify(body)).join()).not.toContain('ECONNREFUSED')
  expect(await line(server, ({ msg, level }) => msg === 'request failed' && level === 50)).toMatchObject({
    err: { type: expect.any(String) },
  })
  expect(await line(server, ({ msg, status }) => msg === 'request' && status === 500)).toMatchObject({ level: 50 })
  expect((await bob.get('/api/ready')).body).toEqual({ ready: false, reason: 'database' })
  expect(server.log.join('\n')).not.toContain(token)
})

it('has metrics at the configured interval, and none without one', async () => {
  const [server, silent] = [
    await start({ METRICS_INTERVAL_SECONDS: '1', ENVIRONMENT: 'test', SERVICE_NAME: 'chat-1' }),
    await start(),
  ]
  for (const { url } of [server, silent]) {
    const [ann, bob] = [await register(url), await register(url)]
    const chat = (await ann.chatWith(bob)).id
    const socket = await ann.connect()
    for (const text of ['one', 'two', 'three']) await ann.send(chat, text)
    await socket.until(() => socket.all('message.created').length === 3)
  }
  const sent = () => linesOf(server).filter((found) => found._aws)
  await line(server, () => sent().reduce((sum, found) => sum + found.MessagesSent, 0) === 3)
  const lines = sent()
  expect(lines.at(-1)).toMatchObject({
    service: 'chat-1',
    environment: 'test',
    Connections: 1,
    Errors: 0,
    SlowReaders: 0,
  })
  expect(lines.flatMap(({ DeliveryLatency }) => DeliveryLatency ?? [])).toHaveLength(3)
  expect(lines.reduce((sum, { Requests }) => sum + Requests, 0)).toBeGreaterThanOrEqual(6)
  expect(linesOf(silent).filter((found) => found._aws)).toEqual([])
})
