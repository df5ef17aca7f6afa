import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { rawRequest } from '../support/raw'
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

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(server.url, {
    method,
    path: path.replace('{chat}', chat),
    headers: { cookie: ann.cookieHeader(), ...headers },
  })

describe('a query', () => {
  it.each([
    ...[
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=abc',
      'limit=1.5',
      'limit=',
      'limit=1e2',
      'limit=%00',
      'limit[$gt]=1',
    ],
    ...['limit=5&limit=6', 'before=1&after=2', 'before=1&around=2', 'after=1&before=2&around=3', 'before=1&before=2'],
    ...[
      'before=-1',
      'before=x',
      'after=99999999999999999999',
      'around=1e3',
      'before=%ff',
      'before[]=1',
      'sort=seq',
      '$where=1',
    ],
  ])('of the history is refused if it is %s', async (query) => {
    const { status, text } = await ask(`/api/conversations/{chat}/messages?${query}`)
    expect([status, JSON.parse(text).data.code]).toEqual([422, 'INVALID'])
  })

  it.each([
    'limit=0',
    'limit=51',
    'limit=x',
    'limit=1&limit=2',
    'q=a&q=b',
    `q=${'x'.repeat(65)}`,
    'role=admin',
    'q[$gt]=',
  ])('of people is refused if it is %s', async (query) => {
    const { status, text } = await ask(`/api/users?${query}`)
    expect([status, JSON.parse(text).data.code]).toEqual([422, 'INVALID'])
  })

  it.each([
    'q=%00',
    'q=%ff%fe',
    'q=%ED%A0%80',
    'q=$gt',
    'q=.*',
    'q=(((((',
    'q=%F0%9F%98%80',
    'q=%',
    'q',
    '&&&',
    'q=%f4%8f%bf%bf',
  ])('of people finds nobody or everybody, and never fails: %s', async (query) =>
    expect((await ask(`/api/users?${query}`)).status).toBe(200),
  )
})

describe('an address', () => {
  it.each([
    ['GET', '/api/conversations/x', 422],
    ['GET', '/api/conversations/FFFFFFFFFFFFFFFFFFFFFFFF', 422],
    ['GET', '/api/conversations/$where', 422],
    ['GET', '/api/conversations/%00', 422],
    ['GET', '/api/conversations/%ff', 422],
    ['GET', '/api/conversations/[object%20Object]', 422],
    ['GET', '/api/conversations/{chat}%0a', 422],
    ['GET', '/api/conversations/{chat}%2fmembers', 422],
    ['GET', '/api/conversations/{chat}/messages/', 200],
    ['GET', '/api/users/__proto__', 422],
    ['GET', '/api/users/constructor', 422],
    ['DELETE', '/api/me/sessions/x', 422],
    ['DELETE', '/api/me/sessions/ffffffffffffffffffffffff', 404],
    ['GET', '/api', 404],
    ['GET', '/api/', 404],
    ['GET', '/api/%', 404],
    ['GET', '/api/../api/nothing', 404],
    ['GET', '/api//me', 404],
    ['DELETE', '/api/conversations', 404],
    ['PUT', '/api/auth/login', 404],
    ['TRACE', '/api/me', 404],
    ['GET', `/api/${'x'.repeat(10_000)}`, 404],
  ])('%s %s gets %i', async (method, path, status) => {
    const answer = await ask(path, {}, method)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toMatch(/node_modules|\.mjs|file:\/\//)
  })

  it.each([
    '/%',
    '/%ff',
    '/c/%00',
    '//',
    '//evil.example/',
    '/\\evil',
    '/login/%E0%A4%A',
    '/_nuxt/../../package.json',
    '/_nuxt/%2e%2e/%2e%2e/server/index.mjs',
    '/.env',
    '/_nuxt/nothing.js',
    '/login?error=<script>alert(1)</script>&next=%',
  ])('of no page reveals nothing and fails nothing: %s', async (path) => {
    const { status, text } = await ask(path)
    expect(status).toBeLessThan(500)
    expect(text).not.toMatch(/node_modules|chunks\/|file:\/\/|<script>alert/)
  })
})

describe('a header', () => {
  it.each<[string, Record<string, string>]>([
    ['a host that is none', { host: 'a b' }],
    ['a host with a path', { host: 'evil.example/x?y' }],
    ['a host of brackets', { host: '[[[' }],
    ['an empty host', { host: '' }],
    ['cookies that are none', { cookie: ';;;=;webchat_access;%%%=%%%;"' }],
    ['many cookies', { cookie: Array.from({ length: 300 }, (_, n) => `c${n}=x`).join(';') }],
    ['a language that is none', { 'accept-language': '*;q=x,,,\t;' }],
    ['a forwarded host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' }],
    ['a locale cookie that is none', { cookie: 'webchat_locale=../../etc/passwd' }],
  ])('that is %s fails nothing', async (_what, headers) => {
    for (const path of ['/login', '/api/me', '/', '/register?next=/x']) {
      expect([path, (await ask(path, headers)).status < 500]).toEqual([path, true])
    }
  })

  it('with a content type other than JSON does not change the request', async () => {
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml', '']) {
      const path = `/api/conversations/${chat}/read`
      const headers = { cookie: ann.cookieHeader(), 'content-type': type }
      expect([
        type,
        (await rawRequest(server.url, { method: 'PUT', path, headers, body: '{"seq":{}}' })).status,
      ]).toEqual([type, 422])
    }
  })
})

it('the server logged no unexpected error', () => {
  expect(server.log.filter((line) => /"level":(50|60)|request failed|Error:|unhandled/i.test(line))).toEqual([])
})
