import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../support/socket'
import { newClientId, Person, register } from '../support/person'
import { freePort, rawRequest } from '../support/raw'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let chat: string

beforeAll(async () => {
  server = await startServer()
  ann = await register(server.url)
  chat = (await ann.chatWith(await register(server.url))).id
})
afterAll(() => server.discard())

/** What a browser says of where a request was made, and whether that is our own page. */
const SENDERS: [name: string, own: boolean, headers: () => Record<string, string>][] = [
  ['our own page', true, () => ({ origin: server.url, 'sec-fetch-site': 'same-origin' })],
  ['our own page in a browser without Sec-Fetch-Site', true, () => ({ origin: server.url })],
  ['an address typed by hand', true, () => ({ 'sec-fetch-site': 'none' })],
  ['no browser', true, () => ({})],
  ['another site', false, () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
  ['another site in a browser without Sec-Fetch-Site', false, () => ({ origin: 'https://evil.example' })],
  ['another site that hides its origin', false, () => ({ 'sec-fetch-site': 'cross-site' })],
  ['a neighbouring subdomain', false, () => ({ 'sec-fetch-site': 'same-site' })],
  ['a sandboxed frame', false, () => ({ origin: 'null' })],
  ['another port of our host', false, () => ({ origin: server.url.replace(/\d+$/, '1') })],
  ['a host that begins like ours', false, () => ({ origin: `${server.url}.evil.example` })],
  ['nonsense', false, () => ({ origin: 'nonsense' })],
]

describe.each(SENDERS)('from %s', (_name, own, headers) => {
  it('a change is accepted or refused', async () => {
    const before = (await ann.get(`/api/conversations/${chat}`)).body.conversation.lastSeq
    const body = { clientId: newClientId(), text: 'forged?' }
    const answer = await ann.request('POST', `/api/conversations/${chat}/messages`, body, headers())
    expect([answer.status, answer.body.data?.code]).toEqual(own ? [201, undefined] : [403, 'FORBIDDEN'])
    const after = (await ann.get(`/api/conversations/${chat}`)).body.conversation.lastSeq
    expect(after - before).toBe(own ? 1 : 0)
  })

  it('every unsafe method is accepted or refused, on every path', async () => {
    for (const [method, path] of [
      ['PATCH', '/api/me'],
      ['PUT', '/api/me/password'],
      ['DELETE', `/api/me/sessions/${chat}`],
      ['POST', '/api/nothing'],
      ['POST', '/login'],
    ]) {
      const { status } = await ann.request(method!, path!, {}, headers())
      expect([method, status === 403]).toEqual([method, !own])
    }
  })

  it('a form is also refused', async () => {
    const { status } = await new Person(server.url).submit('/api/auth/login', { login: 'x', password: 'x' }, headers())
    expect(status).toBe(own ? 303 : 403)
  })

  it('a socket is opened or refused', async () => {
    const opened = connect(server.url, { cookie: ann.cookieHeader(), ...headers() })
    const outcome = await opened.then(
      (socket) => socket.close().then(() => 'open'),
      (error) => error.statusCode,
    )
    expect(outcome).toBe(own ? 'open' : 403)
  })
})

describe('a socket', () => {
  it.each(['/', '/ws/', '/ws/x', '/wss', '/api/ws', '/api/me', '/_nuxt/x', '//ws', '/%77s', '/ws%2f..'])(
    'is refused with 404 on %s',
    async (path) => {
      await expect(connect(server.url, { cookie: ann.cookieHeader() }, path)).rejects.toMatchObject({ statusCode: 404 })
    },
  )

  it('is opened with any query', async () => {
    const socket = await connect(server.url, { cookie: ann.cookieHeader() }, '/ws?x=1')
    expect(socket.all('hello')).toHaveLength(1)
    await socket.close()
  })

  it('is refused with 401 without a valid access cookie, also with a refresh token', async () => {
    for (const cookie of [
      '',
      'webchat_access=',
      'webchat_access=x',
      `webchat_access=${ann.cookies.get('webchat_refresh')}`,
    ]) {
      await expect(connect(server.url, { cookie })).rejects.toMatchObject({ statusCode: 401 })
    }
  })

  it('is not opened without an upgrade', async () => {
    const { status } = await ann.get('/ws')
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
})

describe('behind a proxy that speaks https', () => {
  let proxied: TestServer
  beforeAll(async () => {
    const PORT = String(await freePort())
    proxied = await startServer({
      APP_URL: 'https://chat.example.com',
      TRUSTED_PROXIES: '1',
      PORT,
      RATE_LIMIT_FACTOR: '1',
    })
  })
  afterAll(() => proxied.discard())

  it('cookies are for https only, and bound to the host', async () => {
    const person = await register(proxied.url)
    expect([...person.cookies.keys()].sort()).toEqual([
      '__Host-webchat_access',
      '__Host-webchat_device',
      '__Host-webchat_refresh',
    ])
    const { headers } = await person.post('/api/auth/refresh', {})
    for (const cookie of headers.getSetCookie()) expect(cookie).toMatch(/Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const form = await new Person(proxied.url).submit('/api/auth/login', {
      login: 'nobody',
      password: 'wrong password',
    })
    expect(form.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-webchat_form=.*Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect((await person.get('/api/me')).status).toBe(200)
    await (await connect(proxied.url, { cookie: person.cookieHeader(), origin: 'https://chat.example.com' })).close()
  })

  it('only the public origin is accepted', async () => {
    const statusFrom = async (origin: string) =>
      (await new Person(proxied.url).request('POST', '/api/auth/logout', {}, { origin })).status
    expect(await statusFrom('https://chat.example.com')).toBe(204)
    for (const origin of [
      'http://chat.example.com',
      proxied.url,
      'https://chat.example.com:8443',
      'https://example.com',
    ]) {
      expect([origin, await statusFrom(origin)]).toEqual([origin, 403])
    }
  })

  it('the address of the proxy counts, not a forged one of the client', async () => {
    const attempt = (forwarded: string) =>
      rawRequest(proxied.url, {
        method: 'POST',
        path: '/api/auth/refresh',
        headers: { 'x-forwarded-for': forwarded, cookie: '__Host-webchat_refresh=not.a.token' },
      })
    const made = await Promise.all(
      Array.from({ length: 301 }, (_, n) => attempt(`10.0.${n >> 8}.${n & 255}, 192.0.2.1`)),
    )
    expect(made.filter(({ status }) => status === 429)).toHaveLength(1)
    expect((await attempt('192.0.2.1, 192.0.2.2')).status).toBe(401)
  })
})

it('every answer forbids sniffing and framing', async () => {
  for (const path of ['/login', '/api/me', '/api/health', '/favicon.svg']) {
    const { headers } = await new Person(server.url).get(path)
    expect([path, headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual([
      path,
      'nosniff',
      'DENY',
    ])
  }
})
