import { createHmac, randomBytes } from 'node:crypto'
import { decodeJwt, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryFolder } from '../support/folder'
import { Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

const SECRETS = ['the first secret that these tests have', 'the second secret that these tests have'] as const

let server: TestServer
let person: Person
let claims: JWTPayload

beforeAll(async () => {
  server = await startServer({ JWT_SECRET: SECRETS.join(',') })
  person = await register(server.url)
  claims = decodeJwt(person.cookies.get('webchat_access')!)
})
afterAll(() => server.discard())

interface Forgery {
  secret?: string | Uint8Array
  header?: Record<string, string>
  claims?: Record<string, unknown>
}

/** A token as the server makes it, but for what is said. */
function token({ secret = SECRETS[0], header = {}, claims: changed = {} }: Forgery = {}): Promise<string> {
  return new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
    .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret)
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)
const unsigned = (alg: string) => `${encode({ alg, typ: 'at+jwt' })}.${encode(claims)}.`

/** Signed as the server does, with a header that no one may pass over. */
function demanding(): string {
  const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', crit: ['b64'], b64: true })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', SECRETS[0]).update(signed).digest('base64url')}`
}

/** The payload of one token under the signature of another. */
async function patched(): Promise<string> {
  const [header, , signature] = (await token()).split('.')
  return `${header}.${encode({ ...claims, sub: 'f'.repeat(24) })}.${signature}`
}

const ACCESS: [name: string, status: number, make: () => Promise<string> | string][] = [
  ['as the server makes it', 200, () => token()],
  ['signed with the second secret', 200, () => token({ secret: SECRETS[1] })],
  ['signed with another secret', 401, () => token({ secret: 'a secret that the server has not' })],
  ['signed with random bytes', 401, () => token({ secret: randomBytes(32) })],
  ['signed with both secrets as one', 401, () => token({ secret: SECRETS.join(',') })],
  ['of another algorithm', 401, () => token({ header: { alg: 'HS512' } })],
  ['unsigned', 401, () => unsigned('none')],
  ['unsigned, in capitals', 401, () => unsigned('NONE')],
  ['without its signature', 401, () => unsigned('HS256')],
  ['with a changed payload', 401, patched],
  ['that never expires', 401, () => token({ claims: { exp: undefined } })],
  ['of somebody else’s session', 401, () => token({ claims: { sub: 'f'.repeat(24) } })],
  ['that demands something unknown', 401, () => demanding()],
  ['expired', 401, () => token({ claims: { exp: now() - 1 } })],
  ['not good yet', 401, () => token({ claims: { nbf: now() + 60 } })],
  ['for another audience', 401, () => token({ claims: { aud: 'elsewhere' } })],
  ['from another issuer', 401, () => token({ claims: { iss: 'elsewhere' } })],
  ['of no type', 401, () => token({ header: { typ: 'JWT' } })],
  ['of the refresh type', 401, () => token({ header: { typ: 'rt+jwt' } })],
  ['without a session', 401, () => token({ claims: { sid: undefined } })],
  ['of a session that is not there', 401, () => token({ claims: { sid: 'f'.repeat(24) } })],
  ['of a session that is an operator', 401, () => token({ claims: { sid: { $ne: null } } })],
  ['of a user that is an operator', 401, () => token({ claims: { sub: { $gt: '' } } })],
  ['empty', 401, () => ''],
  ['no token at all', 401, () => 'undefined'],
  ['three dots', 401, () => '...'],
  ['not base64', 401, () => '%%%.%%%.%%%'],
]

it.each(ACCESS)('an access token %s gets %i, over HTTP and for a socket', async (_name, status, make) => {
  const caller = new Person(server.url)
  caller.cookies.set('webchat_access', await make())
  const answer = await caller.get('/api/me')
  expect([answer.status, answer.body.data?.code]).toEqual([status, status === 401 ? 'UNAUTHENTICATED' : undefined])
  const upgrade = await caller.connect().then(
    (socket) => socket.close().then(() => 200),
    (error: { statusCode: number }) => error.statusCode,
  )
  expect(upgrade).toBe(status)
})

it.each([
  ['the refresh token as the access token', 'webchat_access', 'webchat_refresh'],
  ['the access token as the refresh token', 'webchat_refresh', 'webchat_access'],
] as const)('%s gets 401', async (_name, to, from) => {
  const caller = new Person(server.url)
  caller.cookies.set(to, person.cookies.get(from)!)
  const answer = to === 'webchat_access' ? await caller.get('/api/me') : await caller.post('/api/auth/refresh', {})
  expect(answer.status).toBe(401)
  expect((await person.get('/api/me')).status).toBe(200)
})

it.each([
  ['expired', { claims: { gen: 1, exp: now() - 1 } }, 401],
  ['that never expires', { claims: { gen: 1, exp: undefined } }, 401],
  ['of somebody else’s session', { claims: { gen: 1, sub: 'f'.repeat(24) } }, 401],
  ['of a generation to come', { claims: { gen: 99 } }, 401],
  ['of no generation', { claims: {} }, 401],
  ['of a generation that is an operator', { claims: { gen: { $gt: 0 } } }, 401],
  ['signed with another secret', { claims: { gen: 1 }, secret: 'a secret that the server has not' }, 401],
  ['signed with the second secret', { claims: { gen: 1 }, secret: SECRETS[1] }, 200],
] as const)('a refresh token %s gets the expected answer', async (_name, forgery, status) => {
  const owner = await register(server.url)
  const { sub, sid } = decodeJwt(owner.cookies.get('webchat_access')!)
  const caller = new Person(server.url)
  const made = await token({ ...forgery, header: { typ: 'rt+jwt' }, claims: { sub, sid, ...forgery.claims } })
  caller.cookies.set('webchat_refresh', made)
  expect((await caller.post('/api/auth/refresh', {})).status).toBe(status)
})

it('a new first secret signs, the old one still verifies, and without it its tokens are invalid', async () => {
  const [old, fresh] = ['the long secret of the year before', 'the long secret of the present year']
  const DATA_DIR = await temporaryFolder()
  const someone = await during({ JWT_SECRET: old, DATA_DIR }, ({ url }) => register(url))
  const statusAt = async (url: string, browser: Person) => (await browser.at(url).get('/api/me')).status
  const renewed = await during({ JWT_SECRET: `${fresh},${old}`, DATA_DIR }, async ({ url }) => {
    expect(await statusAt(url, someone)).toBe(200)
    const again = someone.at(url)
    expect((await again.post('/api/auth/refresh', {})).status).toBe(200)
    return again
  })
  await during({ JWT_SECRET: fresh, DATA_DIR }, async ({ url }) => {
    expect([await statusAt(url, someone), await statusAt(url, renewed)]).toEqual([401, 200])
  })
})

/** What is done while a server runs with these settings. */
async function during<T>(settings: Record<string, string>, run: (server: TestServer) => Promise<T>): Promise<T> {
  const started = await startServer(settings)
  try {
    return await run(started)
  } finally {
    await started.kill()
  }
}
