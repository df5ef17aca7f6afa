import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, Person, register } from '../support/person'
import { freePort } from '../support/raw'
import { startServer, type TestServer } from '../support/server'
import { range } from '../support/sends'

/** Behind one proxy of its own, so that a test can come from any address. */
let server: TestServer
/** Without any: a made-up header is all that there is. */
let bare: TestServer

beforeAll(async () => {
  const start = async (more: Record<string, string>) => {
    const PORT = String(await freePort())
    return startServer({ APP_URL: `http://127.0.0.1:${PORT}`, PORT, RATE_LIMIT_FACTOR: '1', ...more })
  }
  ;[server, bare] = await Promise.all([start({ TRUSTED_PROXIES: '1' }), start({})])
})
afterAll(() => Promise.all([server.discard(), bare.discard()]))

interface Guess {
  login: string
  from: string
  password?: string
  browser?: Person
}

/** The status of one attempt to sign in. */
async function guess({
  login,
  from,
  password = 'wrong password',
  browser = new Person(server.url),
}: Guess): Promise<number> {
  return (await browser.request('POST', '/api/auth/login', { login, password }, { 'x-forwarded-for': from })).status
}

/** How many of these many attempts at once were tried, and not refused unseen. */
async function tried(count: number, attempt: (index: number) => Promise<number>): Promise<number> {
  const statuses = await Promise.all(range(1, count).map(attempt))
  expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([])
  return statuses.filter((status) => status === 401).length
}

describe('guessing one person’s password', () => {
  it('from 40 addresses allows 20 guesses an hour in all', async () => {
    const { username } = (await register(server.url)).user
    expect(await tried(40, (n) => guess({ login: username, from: `198.51.100.${n}` }))).toBe(20)
    expect(await tried(3, (n) => guess({ login: username, from: `203.0.113.${n}` }))).toBe(0)
  })

  it('from 40 addresses of one IPv6 network allows 10 guesses', async () => {
    const { username } = (await register(server.url)).user
    expect(await tried(40, (n) => guess({ login: username, from: `2001:db8:7:7::${n.toString(16)}` }))).toBe(10)
    expect(await guess({ login: username, from: '2001:db8:7:8::1' })).toBe(401)
  })

  it('by username and email, in any spelling, has one budget', async () => {
    const { username, email } = (await register(server.url)).user
    const names = [username, email!, username.toUpperCase(), email!.toUpperCase(), ` ${username} `]
    expect(await tried(40, (n) => guess({ login: names[n % names.length]!, from: '192.0.2.40' }))).toBe(10)
  })

  it('for an unknown name gets the same answers', async () => {
    expect(await tried(40, (n) => guess({ login: 'nobody.has.this', from: `198.51.101.${n}` }))).toBe(20)
    expect(await tried(20, () => guess({ login: 'nor.this', from: '192.0.2.41' }))).toBe(10)
  })

  it('with forged addresses and no proxy allows 10 guesses', async () => {
    const { username } = (await register(bare.url)).user
    const browser = () => new Person(bare.url)
    expect(await tried(50, (n) => guess({ login: username, from: `10.1.1.${n}`, browser: browser() }))).toBe(10)
  })
})

describe('a person whose password is guessed', () => {
  it('is not locked out of a browser in which they have signed in before, and nobody else can use that', async () => {
    const owner = await register(server.url)
    const { username, id } = owner.user
    await owner.post('/api/auth/logout')
    expect(await tried(40, (n) => guess({ login: username, from: `198.51.102.${n}` }))).toBe(20)
    // Right, and from a browser that nobody knows.
    expect(await guess({ login: username, password: PASSWORD, from: '192.0.2.50' })).toBe(429)
    // A stranger's browser is known to the server, but not for this account.
    const stranger = await register(server.url)
    expect(await guess({ login: username, password: PASSWORD, from: '192.0.2.51', browser: stranger })).toBe(429)
    // What a browser claims of itself counts only with the server's signature.
    const forger = new Person(server.url)
    const claims = { did: 'x', subs: [id], iss: 'webchat', aud: 'webchat', exp: 9_999_999_999 }
    const [head, body] = [{ alg: 'HS256', typ: 'dt+jwt' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    for (const signature of ['', 'AAAA', stranger.cookies.get('webchat_device')!.split('.')[2]!]) {
      forger.cookies.set('webchat_device', `${head}.${body}.${signature}`)
      expect(await guess({ login: username, password: PASSWORD, from: '192.0.2.52', browser: forger })).toBe(429)
    }
    expect(await guess({ login: username, password: PASSWORD, from: '192.0.2.53', browser: owner })).toBe(200)
  })

  it('has a budget in that browser too, whose cookie is no token for anything else', async () => {
    const owner = await register(server.url)
    await owner.post('/api/auth/logout')
    const { username } = owner.user
    expect(await tried(20, () => guess({ login: username, from: '192.0.2.60', browser: owner.at(server.url) }))).toBe(
      10,
    )
    expect(await guess({ login: username, password: PASSWORD, from: '192.0.2.61' })).toBe(200)
    const thief = new Person(server.url)
    for (const kind of ['access', 'refresh']) thief.cookies.set(`webchat_${kind}`, owner.cookies.get('webchat_device')!)
    expect([(await thief.get('/api/me')).status, (await thief.post('/api/auth/refresh', {})).status]).toEqual([
      401, 401,
    ])
  })

  it('can sign in often, because right passwords do not count', async () => {
    const { username } = (await register(server.url)).user
    for (const n of range(1, 25))
      expect(await guess({ login: username, password: PASSWORD, from: `198.51.103.${n}` })).toBe(200)
  })
})
