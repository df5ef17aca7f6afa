import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let known: Person
beforeAll(async () => {
  server = await startServer()
  known = await register(server.url)
})
afterAll(() => server.discard())

const login = (fields: Record<string, string> = {}) => {
  const browser = new Person(server.url)
  const sent = browser.submit('/api/auth/login', { login: known.user.username, password: PASSWORD, ...fields })
  return sent.then(({ status, headers }) => ({
    browser,
    status,
    location: headers.get('location'),
    cookies: headers.getSetCookie(),
  }))
}

/** The field of a page, as its HTML has it. */
function field(html: string, name: string): { value: string | undefined; invalid: boolean } {
  const [tag] = new RegExp(`<input[^>]*\\bname="${name}"[^>]*>`).exec(html) ?? []
  if (!tag) throw new Error(`The page has no field ${name}.`)
  return { value: /\bvalue="([^"]*)"/.exec(tag)?.[1], invalid: tag.includes('aria-invalid="true"') }
}

describe('a form sent without JavaScript', () => {
  it('signs in and goes to the chat', async () => {
    const { browser, status, location } = await login()
    expect([status, location]).toEqual([303, '/'])
    expect((await browser.get('/api/me')).body.user).toEqual(known.user)
  })

  it('registers and signs in', async () => {
    const browser = new Person(server.url)
    const fields = {
      email: 'no.script@example.com',
      username: 'no.script',
      displayName: 'Không JS',
      password: PASSWORD,
    }
    const answer = await browser.submit('/api/auth/register', { ...fields, next: '/settings' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/settings'])
    expect((await browser.get('/api/me')).body.user).toMatchObject({ username: 'no.script', displayName: 'Không JS' })
  })

  it.each(['/settings', '/c/0123456789abcdef01234567', '/c/1?x=1&y=2#z'])(
    'leads to the page that was requested: %s',
    async (next) => {
      expect(await login({ next })).toMatchObject({ status: 303, location: next })
    },
  )

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'evil.example',
    ' //evil.example',
    // Browsers drop tabs and line breaks from an address before they read it.
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\n/evil.example',
    '/.//evil.example',
    '/c/..//evil.example',
    '/\tx\r\nSet-Cookie: webchat_access=stolen',
    '',
  ])('never leads to another site: %j', async (next) => {
    const { browser, status, location, cookies } = await login({ next })
    expect(status).toBe(303)
    expect(new URL(location!, 'https://chat.example').origin).toBe('https://chat.example')
    expect(location).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual([
      'webchat_access',
      'webchat_refresh',
      'webchat_device',
    ])
    expect((await browser.get('/api/me')).status).toBe(200)
  })

  it.each(['/c/đường', '/\ud83d\ude00', '/a b'])('goes to a path that needs encoding: %s', async (next) => {
    const { browser, status, location } = await login({ next })
    expect([status, location]).toEqual([303, new URL(next, server.url).pathname])
    expect((await browser.get('/api/me')).status).toBe(200)
  })
})

describe('a refused form', () => {
  it('returns to its page, which shows the input and what is wrong once, and never the password', async () => {
    const { browser, status, location, cookies } = await login({
      login: 'Ann"><b>',
      password: 'my secret guess',
      next: '/settings',
    })
    expect([status, location]).toEqual([303, '/login?error=UNAUTHENTICATED&next=%2Fsettings'])
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^webchat_form=[\w-]+; Max-Age=60; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(Buffer.from(browser.cookies.get('webchat_form')!, 'base64url').toString()).not.toMatch(
      /secret guess|Ann|UNAUTH/,
    )
    const page = await browser.get<string>(location!)
    expect(page.status).toBe(200)
    expect(page.body).toContain('role="alert"')
    expect(field(page.body, 'login').value).toBe('Ann&quot;&gt;&lt;b&gt;')
    expect(field(page.body, 'next').value).toBe('/settings')
    expect(field(page.body, 'password').value).toBeFalsy()
    expect(page.body).not.toContain('secret guess')
    expect(browser.cookies.has('webchat_form')).toBe(false)
    const again = await browser.get<string>('/login')
    expect(field(again.body, 'login').value).toBeFalsy()
    expect(again.body).not.toContain('role="alert"')
  })

  it('shows what is wrong beside each field', async () => {
    const browser = new Person(server.url)
    const fields = { email: 'not an address', username: 'ok.name', displayName: 'Đỗ', password: 'short' }
    const answer = await browser.submit('/api/auth/register', fields)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/register?error=INVALID'])
    const { body } = await browser.get<string>('/register?error=INVALID')
    expect(field(body, 'email')).toEqual({ value: 'not an address', invalid: true })
    expect(field(body, 'username')).toEqual({ value: 'ok.name', invalid: false })
    expect(field(body, 'displayName')).toEqual({ value: 'Đỗ', invalid: false })
    expect(field(body, 'password').invalid).toBe(true)
    expect(field(body, 'password').value).toBeFalsy()
  })

  it('says beside a name that it is taken', async () => {
    const browser = new Person(server.url)
    const fields = { email: 'free@example.com', username: known.user.username, displayName: 'X', password: PASSWORD }
    const answer = await browser.submit('/api/auth/register', fields)
    expect(answer.headers.get('location')).toBe('/register?error=CONFLICT')
    const { body } = await browser.get<string>('/register?error=CONFLICT')
    expect([field(body, 'username').invalid, field(body, 'email').invalid]).toEqual([true, false])
  })

  it.each([
    ['an unknown field', { role: 'owner' }],
    ['a prototype', { __proto__x: '1', constructor: 'x' }],
    ['an operator in its name', { 'login[$gt]': '' }],
    ['NUL', { login: 'a\0b' }],
    ['far too much', { login: 'x'.repeat(20_000) }],
    ['more than a body may be', { login: 'x'.repeat(100_000) }],
  ])('also returns with %s', async (_what, fields) => {
    const { browser, status, location } = await login(fields as Record<string, string>)
    expect(status).toBe(303)
    expect(location).toMatch(/^\/login\?error=(INVALID|UNAUTHENTICATED|TOO_LARGE)$/)
    expect(browser.cookies.has('webchat_access')).toBe(false)
    const page = await browser.get<string>(location!)
    expect(page.status).toBe(200)
    expect(page.body).toMatch(/role="alert"|aria-invalid="true"/)
  })

  it('that another site forged does no harm', async () => {
    for (const value of [
      'x',
      Buffer.from('{"values":1}').toString('base64url'),
      Buffer.from('null').toString('base64url'),
      '%%%',
    ]) {
      const browser = new Person(server.url)
      browser.cookies.set('webchat_form', value)
      expect((await browser.get('/login')).status).toBe(200)
    }
  })
})

describe('the pages', () => {
  it('send people who are not signed in to the login, and back afterwards', async () => {
    const nobody = new Person(server.url)
    for (const [path, to] of [
      ['/', '/login'],
      ['/settings', '/login?next=%2Fsettings'],
      ['/saved', '/login?next=%2Fsaved'],
      ['/c/1?x=1', '/login?next=%2Fc%2F1%3Fx%3D1'],
    ]) {
      const { status, headers } = await nobody.get(path!)
      expect([path, status, headers.get('location')]).toEqual([path, 302, to])
    }
  })

  it.each(['//evil.example', '/\t/evil.example', '/\n/x', 'https://evil.example'])(
    'send people after the login only to paths of this site: %j',
    async (next) => {
      for (const page of ['/login', '/register']) {
        const { status, headers } = await known.get(`${page}?${new URLSearchParams({ next })}`)
        expect(status).toBe(303)
        expect(new URL(headers.get('location')!, 'https://chat.example').origin).toBe('https://chat.example')
      }
      expect((await known.get('/login?next=/settings')).headers.get('location')).toBe('/settings')
    },
  )
})
