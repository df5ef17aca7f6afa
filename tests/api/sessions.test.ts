import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Session } from '#shared/schemas/account'
import { PASSWORD, Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
/** A session that was refreshed before all tests, the token from before that, and when its grace is over. */
let graced: { person: Person; old: string; over: number }

beforeAll(async () => {
  server = await startServer()
  const person = await register(server.url)
  const old = refreshCookie(person)
  await person.post('/api/auth/refresh', {})
  graced = { person, old, over: performance.now() + 10_500 }
})
afterAll(() => server.discard())

/** A browser that holds these cookies only. */
function holding(cookies: Record<string, string | undefined>): Person {
  const person = new Person(server.url)
  for (const [name, value] of Object.entries(cookies)) person.cookies.set(`webchat_${name}`, value!)
  return person
}

const refreshCookie = (person: Person) => person.cookies.get('webchat_refresh')!

describe('the list of sessions', () => {
  it('shows where a person is signed in, and which session this is', async () => {
    const person = await register(server.url)
    const phone = new Person(server.url)
    const agent = { 'user-agent': `Phone/1.0 ${'x'.repeat(400)}` }
    await phone.request('POST', '/api/auth/login', { login: person.user.username, password: PASSWORD }, agent)
    const { sessions } = (await phone.get<{ sessions: Session[] }>('/api/me/sessions')).body
    expect(sessions).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        userAgent: expect.stringMatching(/^Phone\/1\.0 x+$/),
        ip: '127.0.0.1',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        current: true,
      },
      expect.objectContaining({ current: false }),
    ])
    expect(sessions[0]!.userAgent.length).toBeLessThanOrEqual(300)
  })
})

/** Each way of ending the session of `device`, from another browser of the same person. */
const ENDINGS: Record<string, (other: Person, device: Person) => Promise<{ status: number }>> = {
  'logging out': (_other, device) =>
    new Person(server.url).request('POST', '/api/auth/logout', {}, { cookie: device.cookieHeader() }),
  'logging out with the refresh token alone': (_other, device) =>
    holding({ refresh: refreshCookie(device) }).post('/api/auth/logout', {}),
  'ending it from another browser': async (other, device) => {
    const { sessions } = (await device.get<{ sessions: Session[] }>('/api/me/sessions')).body
    return other.request('DELETE', `/api/me/sessions/${sessions.find(({ current }) => current)!.id}`)
  },
  'a change of password elsewhere': (other) =>
    other.request('PUT', '/api/me/password', { current: PASSWORD, next: 'a better horse battery' }),
}

describe.each(Object.entries(ENDINGS))('%s', (_name, end) => {
  it('invalidates its cookies at once and closes only its sockets, with 4401', async () => {
    const other = await register(server.url)
    const device = await signIn(other)
    const [deviceSocket, secondTab, otherSocket] = await Promise.all([
      device.connect(),
      device.connect(),
      other.connect(),
    ])
    expect((await end(other, device)).status).toBe(204)
    const ended = performance.now()
    // No waiting between the ending and this: the access token would be good for another quarter of an hour.
    expect((await device.get('/api/me')).status).toBe(401)
    await expect(holding({ access: device.cookies.get('webchat_access') }).connect()).rejects.toMatchObject({
      statusCode: 401,
    })
    for (const socket of [deviceSocket, secondTab]) expect((await socket.closed).code).toBe(4401)
    // "Within a second" is the promise; a busy machine is given some more.
    expect(performance.now() - ended).toBeLessThan(5_000)
    expect((await holding({ refresh: refreshCookie(device) }).post('/api/auth/refresh', {})).status).toBe(401)
    expect((await otherSocket.request('ping', {})).ok).toBe(true)
    expect((await other.get('/api/me')).status).toBe(200)
    await otherSocket.close()
  })
})

describe('ending a session', () => {
  it('clears the cookies if it is the current one', async () => {
    for (const end of ['logout', 'delete']) {
      const person = await register(server.url)
      const { sessions } = (await person.get<{ sessions: Session[] }>('/api/me/sessions')).body
      const answer =
        end === 'logout'
          ? await person.post('/api/auth/logout', {})
          : await person.request('DELETE', `/api/me/sessions/${sessions[0]!.id}`)
      // That somebody has signed in in this browser is no session.
      expect([end, answer.status, [...person.cookies.keys()]]).toEqual([end, 204, ['webchat_device']])
      expect(answer.headers.get('clear-site-data')).toBe('"storage"')
    }
  })

  it('can be requested twice, and without being signed in', async () => {
    const person = await register(server.url)
    const cookie = { cookie: person.cookieHeader() }
    for (let time = 0; time < 2; time++) {
      expect((await new Person(server.url).request('POST', '/api/auth/logout', undefined, cookie)).status).toBe(204)
    }
    expect((await new Person(server.url).post('/api/auth/logout')).status).toBe(204)
  })
})

describe('changing the password', () => {
  it('replaces the old one', async () => {
    const person = await register(server.url)
    const next = 'quite another password'
    expect((await person.request('PUT', '/api/me/password', { current: PASSWORD, next })).status).toBe(204)
    const login = (password: string) =>
      new Person(server.url).post('/api/auth/login', { login: person.user.username, password })
    expect([(await login(PASSWORD)).status, (await login(next)).status]).toEqual([401, 200])
  })

  it.each([
    ['a wrong current one', 'current', { current: 'not the password', next: 'quite another password' }],
    ['a short next one', 'next', { current: PASSWORD, next: 'short' }],
    ['a common next one', 'next', { current: PASSWORD, next: 'password123' }],
  ])('refuses %s, and ends nothing', async (_what, field, body) => {
    const person = await register(server.url)
    const other = await signIn(person)
    const answer = await person.request('PUT', '/api/me/password', body)
    expect([answer.status, answer.body.data.code, answer.body.data.issues[0].path]).toEqual([422, 'INVALID', [field]])
    expect((await other.get('/api/me')).status).toBe(200)
  })
})

describe('refreshing', () => {
  it('answers the next refresh token and a new access token', async () => {
    const person = await register(server.url)
    const first = refreshCookie(person)
    person.cookies.delete('webchat_access')
    const answer = await person.post('/api/auth/refresh', {})
    expect([answer.status, answer.body]).toEqual([200, { user: person.user }])
    expect(refreshCookie(person)).not.toBe(first)
    expect((await person.get('/api/me')).status).toBe(200)
  })

  it('gives ten tabs the same next token if they ask at the same time', async () => {
    const person = await register(server.url)
    const tabs = Array.from({ length: 10 }, () => holding({ refresh: refreshCookie(person) }))
    const answers = await Promise.all(tabs.map((tab) => tab.post('/api/auth/refresh', {})))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(new Set(tabs.map(refreshCookie)).size).toBe(1)
    expect((await tabs[7]!.post('/api/auth/refresh', {})).status).toBe(200)
  })

  it('ends the session if its token is two generations old', async () => {
    const person = await register(server.url)
    const stolen = refreshCookie(person)
    for (let time = 0; time < 2; time++) expect((await person.post('/api/auth/refresh', {})).status).toBe(200)
    const socket = await person.connect()
    const thief = holding({ refresh: stolen })
    expect((await thief.post('/api/auth/refresh', {})).status).toBe(401)
    expect(thief.cookies.size).toBe(0)
    expect((await socket.closed).code).toBe(4401)
    expect((await person.get('/api/me')).status).toBe(401)
    expect((await person.post('/api/auth/refresh', {})).status).toBe(401)
  })

  it('ends the session if its token is one generation old and the grace period is over', async () => {
    const { person, old, over } = graced
    // The grace is ten seconds of the server's clock, which nothing outside can move: this one test waits for the rest.
    await new Promise((resolve) => setTimeout(resolve, over - performance.now()))
    expect((await person.get('/api/me')).status).toBe(200)
    expect((await holding({ refresh: old }).post('/api/auth/refresh', {})).status).toBe(401)
    expect((await person.get('/api/me')).status).toBe(401)
  })

  it('is refused without a token', async () => {
    expect((await new Person(server.url).post('/api/auth/refresh', {})).status).toBe(401)
  })
})
