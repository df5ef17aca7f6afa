import { ObjectId, type Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, stepAt } from '../../server/auth/totp'
import { fromBase32 } from '../support/base32'
import { startOwnDatabase } from '../support/ownDatabase'
import { PASSWORD, Person, register, type Answer } from '../support/person'
import type { TestServer } from '../support/server'

let server: TestServer
let database: Db
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ server, database, stop } = await startOwnDatabase({ RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: '127.0.0.1' }))
})
afterAll(() => stop())

const factors = () => database.collection('factors')
const idOf = (person: Person) => new ObjectId(person.user.id)
const issueOf = ({ status, body }: Answer) => [status, body?.data?.issues?.[0]?.code]
const WRONG = [422, 'wrong_code']
const NEEDED = [401, 'second_factor']

let addresses = 0
/** A browser with an address of its own, so that no limit of another test is in the way. */
class Browser extends Person {
  private readonly address = `198.51.100.${++addresses}`
  override request<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return super.request<T>(method, path, body, { 'x-forwarded-for': this.address, ...headers })
  }
}

/** The code that the person's app shows now, as if it had not been used. */
async function freshCode(person: Person): Promise<string> {
  await factors().updateOne({ _id: idOf(person) }, { $set: { lastStep: 0 } })
  const factor = await factors().findOne({ _id: idOf(person) })
  return codeOf(Buffer.from(factor!.secret, 'base64'), stepAt(Date.now()))
}

/** Turns the second factor of a person on, as their page does. @returns the recovery codes */
async function turnOn(person: Person): Promise<string[]> {
  const { body } = await person.post('/api/me/factor/setup', { password: PASSWORD })
  const code = codeOf(fromBase32(body.secret), stepAt(Date.now()))
  const answer = await person.request('PUT', '/api/me/factor', { setup: body.setup, code })
  expect(answer.status).toBe(200)
  return answer.body.recoveryCodes
}

/** A browser in which the password was right, and a code is missing. */
async function challenged(person: Person, password = PASSWORD): Promise<Browser> {
  const browser = new Browser(server.url)
  const answer = await browser.post('/api/auth/login', { login: person.user.username, password })
  expect(issueOf(answer)).toEqual(NEEDED)
  return browser
}

const withCode = (browser: Person, code: string) => browser.post('/api/auth/login/code', { code })

describe('signing in with a second factor', () => {
  it('takes the password and then a code, which works once', async () => {
    const ann = await register(server.url)
    await turnOn(ann)
    const browser = await challenged(ann)
    expect((await browser.get('/api/me')).status).toBe(401)
    expect(issueOf(await withCode(browser, '000000'))).toEqual(WRONG)
    const code = await freshCode(ann)
    expect((await withCode(browser, `${code.slice(0, 3)} ${code.slice(3)}`)).body.user.id).toBe(ann.user.id)
    expect((await browser.get('/api/me')).status).toBe(200)
    expect(browser.cookies.has('webchat_challenge')).toBe(false)
    expect(issueOf(await withCode(await challenged(ann), code))).toEqual(WRONG)
  })

  it('takes one of many uses of a code at the same moment', async () => {
    const ann = await register(server.url)
    const [recovery] = await turnOn(ann)
    for (const code of [await freshCode(ann), recovery!]) {
      const browsers = await Promise.all(Array.from({ length: 4 }, () => challenged(ann)))
      const answers = await Promise.all(browsers.map((browser) => withCode(browser, code)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422])
    }
  })

  it('takes each recovery code once, however it is typed', async () => {
    const ann = await register(server.url)
    const codes = await turnOn(ann)
    expect(new Set(codes).size).toBe(10)
    expect((await withCode(await challenged(ann), codes[0]!.toLowerCase().replaceAll('-', ' '))).status).toBe(200)
    expect(issueOf(await withCode(await challenged(ann), codes[0]!))).toEqual(WRONG)
    expect((await ann.get('/api/me/factor')).body).toEqual({ factor: { isOn: true, recoveryCodes: 9 } })
    const stored = JSON.stringify(await factors().findOne({ _id: idOf(ann) }))
    for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', ''))
  })

  it('takes no code of somebody else, and no code without the password', async () => {
    const [ann, bob] = [await register(server.url), await register(server.url)]
    const codes = await turnOn(ann)
    await turnOn(bob)
    expect(issueOf(await withCode(await challenged(bob), codes[0]!))).toEqual(WRONG)
    const stranger = new Browser(server.url)
    expect((await withCode(stranger, codes[0]!)).status).toBe(401)
    for (const token of [ann.cookies.get('webchat_access')!, ann.cookies.get('webchat_device')!, 'x.y.z']) {
      stranger.cookies.set('webchat_challenge', token)
      expect((await withCode(stranger, codes[0]!)).status).toBe(401)
    }
    expect((await withCode(await challenged(ann), codes[0]!)).status).toBe(200)
  })

  it('ends a challenge with a change of the password', async () => {
    const ann = await register(server.url)
    await turnOn(ann)
    const browser = await challenged(ann)
    await ann.request('PUT', '/api/me/password', { current: PASSWORD, next: 'a better horse battery' })
    expect((await withCode(browser, await freshCode(ann))).status).toBe(401)
  })

  it('does not open an account that was suspended', async () => {
    const ann = await register(server.url)
    await turnOn(ann)
    const browser = await challenged(ann)
    await database.collection('users').updateOne({ _id: idOf(ann) }, { $set: { suspendedAt: new Date() } })
    expect((await withCode(browser, await freshCode(ann))).status).toBe(403)
  })

  it('limits guesses, from one address and from many, but not for a browser that the owner has used', async () => {
    const ann = await register(server.url)
    await turnOn(ann)
    const browser = await challenged(ann)
    const statuses = []
    for (let time = 0; time < 11; time++) statuses.push((await withCode(browser, '000000')).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429])
    const other = await challenged(ann)
    let guesses = 0
    while ((await withCode(other, '000000')).status === 422) guesses++
    expect(guesses).toBe(10)
    expect((await withCode(await challenged(ann), '000000')).status).toBe(429)
    // The owner signs in where they have signed in before.
    expect(issueOf(await ann.post('/api/auth/login', { login: ann.user.username, password: PASSWORD }))).toEqual(NEEDED)
    expect((await withCode(ann, await freshCode(ann))).status).toBe(200)
  })

  it('says nothing of a second factor before the password is right', async () => {
    const ann = await register(server.url)
    await turnOn(ann)
    const answer = await new Browser(server.url).post('/api/auth/login', {
      login: ann.user.username,
      password: 'wrong',
    })
    expect([...issueOf(answer), answer.headers.getSetCookie()]).toEqual([401, undefined, []])
  })

  it('works as plain forms', async () => {
    const ann = await register(server.url)
    await turnOn(ann)
    const browser = new Browser(server.url)
    const first = await browser.submit('/api/auth/login', {
      login: ann.user.username,
      password: PASSWORD,
      next: '/settings',
    })
    expect([first.status, first.headers.get('location')]).toEqual([303, '/login?step=code&next=%2Fsettings'])
    expect((await browser.get('/login?step=code')).body).toContain('action="/api/auth/login/code"')
    const wrong = await browser.submit('/api/auth/login/code', { code: '000000', next: '/settings' })
    expect(wrong.headers.get('location')).toBe('/login?step=code&error=INVALID&next=%2Fsettings')
    expect((await browser.get(wrong.headers.get('location')!)).body).toContain('aria-invalid="true"')
    const right = await browser.submit('/api/auth/login/code', { code: await freshCode(ann), next: '/settings' })
    expect([right.status, right.headers.get('location')]).toEqual([303, '/settings'])
  })
})

describe('setting it up', () => {
  it('takes the password and the first code, which cannot sign in afterwards', async () => {
    const ann = await register(server.url)
    expect(issueOf(await ann.post('/api/me/factor/setup', { password: 'wrong' }))).toEqual([422, 'wrong_password'])
    const { body, headers } = await ann.post('/api/me/factor/setup', { password: PASSWORD })
    expect(headers.get('cache-control')).toBe('no-store, no-transform')
    expect(body.uri).toContain(`secret=${body.secret}`)
    const put = (setup: string, code: string, person = ann) => person.request('PUT', '/api/me/factor', { setup, code })
    const code = codeOf(fromBase32(body.secret), stepAt(Date.now()))
    expect(issueOf(await put(body.setup, '000000'))).toEqual(WRONG)
    expect(issueOf(await put(`${body.setup}x`, code))).toEqual([422, 'gone'])
    expect(issueOf(await put(body.setup, code, await register(server.url)))).toEqual([422, 'gone'])
    expect((await ann.get('/api/me/factor')).body.factor.isOn).toBe(false)
    const both = await Promise.all([put(body.setup, code), put(body.setup, code)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(issueOf(await withCode(await challenged(ann), code))).toEqual(WRONG)
    expect((await ann.post('/api/me/factor/setup', { password: PASSWORD })).status).toBe(409)
  })

  it('takes password and code to turn it off and to renew the recovery codes', async () => {
    const ann = await register(server.url)
    const before = await turnOn(ann)
    const path = '/api/me/factor'
    const renew = (body: object) => ann.post(`${path}/recovery-codes`, body)
    for (const ask of [renew, (body: object) => ann.request('DELETE', path, body)]) {
      expect(issueOf(await ask({ password: 'wrong', code: await freshCode(ann) }))).toEqual([422, 'wrong_password'])
      expect(issueOf(await ask({ password: PASSWORD, code: '000000' }))).toEqual(WRONG)
    }
    const after = (await renew({ password: PASSWORD, code: await freshCode(ann) })).body.recoveryCodes
    expect(issueOf(await withCode(await challenged(ann), before[0]!))).toEqual(WRONG)
    expect((await ann.request('DELETE', path, { password: PASSWORD, code: after[0] })).status).toBe(204)
    const answer = await new Browser(server.url).post('/api/auth/login', {
      login: ann.user.username,
      password: PASSWORD,
    })
    expect(answer.status).toBe(200)
    expect((await ann.request('DELETE', path, { password: PASSWORD, code: '123456' })).status).toBe(409)
  })
})

it('an administrator can remove it from somebody who has lost it, which is recorded', async () => {
  const [admin, ann] = [await register(server.url), await register(server.url)]
  await turnOn(ann)
  const path = `/api/admin/people/${ann.user.id}/factor`
  expect((await ann.request('DELETE', path)).status).toBe(404)
  await database.collection('users').updateOne({ _id: idOf(admin) }, { $set: { serverRole: 'administrator' } })
  expect((await admin.request('DELETE', path)).status).toBe(204)
  expect(await factors().countDocuments({ _id: idOf(ann) })).toBe(0)
  const [entry] = await database.collection('serverAuditEntries').find().sort({ _id: -1 }).limit(1).toArray()
  expect(entry).toMatchObject({ action: 'user.factorReset', targetId: idOf(ann) })
})
