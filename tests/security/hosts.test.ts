import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register, type Person } from '../support/person'
import { freePort, rawRequest } from '../support/raw'
import { startServer, type TestServer } from '../support/server'
import { connect } from '../support/socket'

let server: TestServer
let ann: Person

beforeAll(async () => {
  server = await startServer({ ALLOWED_HOSTS: 'chat.office.example, other.example' })
  ann = await register(server.url)
})
afterAll(() => server.discard())

/** What a page on `host`, whose name leads to the server's address, gets to see. */
const ask = (host: string, path = '/api/me', method = 'GET', headers: Record<string, string> = {}) =>
  rawRequest(server.url, { method, path, headers: { host, cookie: ann.cookieHeader(), ...headers } })

const socketStatus = (host: string, headers: Record<string, string> = {}) =>
  connect(server.url, { host, cookie: ann.cookieHeader(), ...headers }).then(
    (socket) => socket.close().then(() => 101),
    (error: { statusCode: number }) => error.statusCode,
  )

describe('DNS rebinding: a page whose name leads to this server', () => {
  const rebound = () => `rebound.evil.example:${server.port}`

  it.each(['/api/me', '/api/conversations', '/', '/login', '/api/health', '/nothing'])(
    'reads nothing from %s',
    async (path) => {
      const { status, text } = await ask(rebound(), path)
      expect([status, JSON.parse(text).data]).toEqual([403, { code: 'FORBIDDEN' }])
    },
  )

  it('registers nobody, and signs nobody in', async () => {
    const headers = {
      'content-type': 'application/json',
      origin: `http://${rebound()}`,
      'sec-fetch-site': 'same-origin',
    }
    for (const path of ['/api/auth/register', '/api/auth/login', '/api/auth/refresh', '/api/auth/logout']) {
      const { status, headers: answered } = await ask(rebound(), path, 'POST', headers)
      expect([path, status, answered['set-cookie']]).toEqual([path, 403, undefined])
    }
  })

  it('gets no socket', async () => {
    expect(await socketStatus(rebound(), { origin: `http://${rebound()}` })).toBe(403)
  })

  it('gets nothing by a forwarded host', async () => {
    const { status } = await ask(rebound(), '/api/me', 'GET', { 'x-forwarded-host': `127.0.0.1:${server.port}` })
    expect(status).toBe(403)
  })
})

describe('a host that is served', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '192.168.1.20:3000',
    'nas.local',
    hostname(),
    'chat.office.example',
    'OTHER.example:80',
  ])('by %s', async (host) => {
    expect([(await ask(host)).status, (await ask(host, '/api/ready')).status]).toEqual([200, 200])
    expect(await socketStatus(host, { origin: `http://${host.toLowerCase().replace(/:80$/, '')}` })).toBe(101)
  })

  it('invite links begin with the requested host, never with a forwarded one', async () => {
    const group = await ann.post('/api/conversations', { kind: 'group', name: 'Links', memberIds: [] })
    const forged = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'content-type': 'application/json',
    }
    const path = `/api/conversations/${group.body.conversation.id}/invites`
    const { text } = await rawRequest(server.url, {
      method: 'POST',
      path,
      headers: { cookie: ann.cookieHeader(), ...forged },
      body: '{}',
    })
    expect(JSON.parse(text).invite.url).toMatch(`${server.url}/invite/`)
  })
})

describe('the scheme of an origin counts', () => {
  it('https pages of the same host are foreign to a server on http', async () => {
    for (const [origin, status] of [
      [server.url, 204],
      [server.url.replace('http', 'https'), 403],
    ] as const) {
      expect([
        origin,
        (await ask(new URL(server.url).host, '/api/auth/logout', 'POST', { origin, cookie: '' })).status,
      ]).toEqual([origin, status])
      expect([origin, await socketStatus(new URL(server.url).host, { origin })]).toEqual([
        origin,
        status === 204 ? 101 : 403,
      ])
    }
  })

  it('behind a trusted proxy it is the scheme of the request to the proxy', async () => {
    const proxied = await startServer({ TRUSTED_PROXIES: '127.0.0.1' })
    const statusFrom = async (origin: string, scheme: string) => {
      const headers = { host: 'localhost', origin, 'x-forwarded-proto': scheme }
      return (await rawRequest(proxied.url, { method: 'POST', path: '/api/auth/logout', headers })).status
    }
    expect([await statusFrom('https://localhost', 'https'), await statusFrom('http://localhost', 'https')]).toEqual([
      204, 403,
    ])
    expect([await statusFrom('http://localhost', 'http'), await statusFrom('https://localhost', 'http')]).toEqual([
      204, 403,
    ])
    await proxied.discard()
  })
})

it('with APP_URL its host is served, and IP addresses, which load balancers use', async () => {
  const PORT = String(await freePort())
  const named = await startServer({ APP_URL: 'https://chat.example.com', PORT })
  const statusOf = async (host: string, path: string) =>
    (await rawRequest(named.url, { path, headers: { host } })).status
  expect([await statusOf('chat.example.com', '/api/health'), await statusOf('chat.example.com', '/login')]).toEqual([
    200, 200,
  ])
  expect([await statusOf('10.0.3.7:3000', '/api/health'), await statusOf('10.0.3.7', '/api/ready')]).toEqual([200, 200])
  expect([await statusOf('chat.evil.example', '/login'), await statusOf('example.com', '/api/me')]).toEqual([403, 403])
  await named.discard()
})
