import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { rawRequest } from '../support/raw'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let group: string
beforeAll(async () => {
  server = await startServer()
  ann = await register(server.url)
  group = (await ann.post('/api/conversations', { kind: 'group', name: 'Group', memberIds: [] })).body.conversation.id
})
afterAll(() => server.discard())

const page = (path: string, cookie = '') =>
  rawRequest(server.url, { path, headers: { accept: 'text/html', ...(cookie && { cookie }) } })

describe('a page', () => {
  it.each([
    '/login',
    '/register',
    '/',
    '/c/{group}',
    '/saved',
    '/settings',
    '/shell',
    '/invite/AbCdEfGhIjKlMnOpQrStUvWx',
    '/nothing',
  ])('runs only the scripts of its own head, and is not cached: %s', async (path) => {
    const cookie = ['/login', '/register'].includes(path) ? '' : ann.cookieHeader()
    const [first, second] = [
      await page(path.replace('{group}', group), cookie),
      await page(path.replace('{group}', group), cookie),
    ]
    expect(first.headers['content-type']).toMatch(/^text\/html/)
    expect(first.headers['cache-control']).toBe('no-store')
    expect(first.headers).not.toHaveProperty('x-powered-by')
    const policy = String(first.headers['content-security-policy'])
    const scripts = /script-src ([^;]+)/.exec(policy)![1]!
    expect(scripts).toMatch(/^'nonce-[\w-]{22}' 'sha256-[\w+/=]+' 'strict-dynamic'$/)
    const nonce = /'nonce-([\w-]+)'/.exec(scripts)![1]!
    expect(String(second.headers['content-security-policy'])).not.toContain(nonce)
    const tags = first.text.match(/<script\b[^>]*>/g)!
    // The color mode's script is known by its hash, and data is no script.
    const others = tags.filter((tag) => !tag.includes(`nonce="${nonce}"`) && !tag.includes('type="application/json"'))
    expect(others).toEqual(['<script>'])
    expect(tags.length).toBeGreaterThan(3)
    const inBody = first.text.slice(
      first.text.indexOf('<body'),
      first.text.indexOf('<script', first.text.indexOf('<body')),
    )
    expect(inBody).not.toContain(nonce)
  })

  it('that is a redirect is not cached either', async () => {
    expect((await page('/')).headers).toMatchObject({ location: '/login', 'cache-control': 'no-store' })
  })
})

it.each(['/api/me', '/api/health', '/api/nothing', '/api/conversations'])(
  '%s is no page, whatever it contains',
  async (path) => {
    const { headers } = await ann.get(path)
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
  },
)

it('a script of the build is cached for a year', async () => {
  const { text } = await page('/login')
  const path = /<script[^>]* src="(\/_nuxt\/[^"]+)"/.exec(text)![1]!
  expect((await page(path)).headers['cache-control']).toMatch(/max-age=31536000/)
})
