import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { rawRequest } from '../support/raw'
import { startServer, type TestServer } from '../support/server'

const SECRET = 'AbCdEfGhIjKlMnOpQrStUvWx'

let server: TestServer
let ann: Person
beforeAll(async () => {
  // As `npm start` starts it: libraries that look at NODE_ENV are at their most talkative then.
  server = await startServer({ NODE_ENV: '' })
  ann = await register(server.url)
})
afterAll(() => server.discard())

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(server.url, { method, path, headers: { cookie: ann.cookieHeader(), ...headers } })

const asPage = { accept: 'text/html,application/xhtml+xml' }

/** Every kind of address that nothing answers, and of answer that is an error. */
const WRONG: [string, string, Record<string, string>, number][] = [
  ['GET', `/restore?token=${SECRET}`, asPage, 404],
  ['GET', `/restore/${SECRET}`, {}, 404],
  ['GET', `/invite/${SECRET}/more`, asPage, 404],
  ['GET', `/invite/${SECRET}/more?x=${SECRET}`, { 'sec-fetch-mode': 'cors' }, 404],
  ['POST', `/restore?token=${SECRET}`, asPage, 404],
  ['GET', `/api/nothing/${SECRET}?token=${SECRET}`, {}, 404],
  ['GET', `/api/nothing?token=${SECRET}`, asPage, 404],
  ['GET', `/api/conversations/${SECRET}`, {}, 422],
  ['GET', `/_nuxt/${SECRET}.js?${SECRET}`, {}, 404],
  ['GET', `/__nuxt_error?statusCode=200&message=${SECRET}&url=/${SECRET}`, asPage, 404],
  ['GET', `/restore?token=${SECRET}`, { ...asPage, 'x-nuxt-error': 'true' }, 404],
  ['GET', `/restore?token=${SECRET}`, { ...asPage, 'x-forwarded-host': '[' }, 404],
  ['GET', `/api/nothing?token=${SECRET}`, { 'x-forwarded-host': '[', 'x-forwarded-proto': 'gopher' }, 404],
  ['POST', `/api/me?token=${SECRET}`, { origin: 'https://evil.example' }, 403],
]

describe('an error', () => {
  it.each(WRONG)('of %s %s with %j is answered without the address', async (method, path, headers, status) => {
    const answer = await ask(path, headers, method)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toContain(SECRET)
    expect(answer.text).not.toMatch(/"stack"|node_modules|\.mjs|x-powered-by/i)
    if (answer.text.startsWith('{'))
      expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(['statusCode', 'statusMessage', 'message', 'data'])
    expect(answer.headers).not.toHaveProperty('x-powered-by')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(JSON.stringify(answer.headers)).not.toContain(SECRET)
  })

  it('is JSON with a stable code for programs, and the error page for people', async () => {
    const json = await ask('/api/nothing', asPage)
    expect(JSON.parse(json.text)).toEqual({
      statusCode: 404,
      statusMessage: 'Not Found',
      message: 'This does not exist, or you have no access to it.',
      data: { code: 'NOT_FOUND' },
    })
    for (const [path, accept] of [
      ['/nothing', '*/*'],
      ['/_nuxt/nothing.js', asPage.accept],
    ] as const) {
      expect(JSON.parse((await ask(path, { accept })).text).data).toEqual({ code: 'NOT_FOUND' })
    }
    const page = await ask('/nothing', asPage)
    expect(page.headers['content-type']).toMatch(/^text\/html/)
    expect(page.text).toContain('<h1')
    expect(page.headers['content-security-policy']).toMatch(/script-src 'nonce-/)
    const vietnamese = await ask('/nothing', { ...asPage, cookie: 'webchat_locale=vi' })
    expect(vietnamese.text).toMatch(/<html[^>]*lang="vi"/)
  })

  it('leaves nothing of the address in the log, and no forged line', async () => {
    const last = 'the-last-request'
    await ask('/login', { ...asPage, 'x-request-id': last })
    while (!server.log.some((line) => line.includes(last))) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(server.log.filter((line) => line.includes(SECRET))).toEqual([])
    expect(server.log.filter((line) => !line.startsWith('{'))).toEqual([])
    expect(server.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([])
    expect(server.log.join('\n')).toContain('/invite/*/more')
  })
})

it.each([
  ['{"level":60}'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
  ['x'.repeat(200)],
  ['a b c d e f g h'],
])('a request with the id %s gets another id', async (id) => {
  const { headers } = await ask('/api/me', { 'x-request-id': id })
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(server.log.filter((line) => line.includes(id))).toEqual([])
})
