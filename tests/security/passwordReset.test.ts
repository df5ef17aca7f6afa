import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ObjectId, type Db } from 'mongodb'
import { MailServer, type ReceivedMail } from '../support/mailServer'
import { startOwnDatabase } from '../support/ownDatabase'
import { PASSWORD, Person, register } from '../support/person'
import { rawRequest } from '../support/raw'
import { startServer, type TestServer } from '../support/server'

const NEW_PASSWORD = 'a better horse battery'
const FORGOT = '/api/auth/password/forgot'
const RESET = '/api/auth/password/reset'

let mailServer: MailServer
let server: TestServer
let database: Db
let stop: () => Promise<void>

beforeAll(async () => {
  mailServer = await MailServer.start()
  const environment = { SMTP_URL: mailServer.url, RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: '127.0.0.1' }
  ;({ server, database, stop } = await startOwnDatabase(environment))
})
afterAll(async () => {
  await stop()
  await mailServer.stop()
})

let addresses = 0
/** Asks as from an address of its own, so that no limit of another test is in the way. */
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  new Person(server.url).request('POST', path, body, { 'x-forwarded-for': `198.51.100.${++addresses}`, ...headers })

/** What a mail has that leads to a new password. People also get one to confirm their address. */
const LINK = '/reset#'
const linksOf = (person: Person) => ({ userId: new ObjectId(person.user.id), purpose: 'reset' })
const emailOf = (person: Person) => person.user.email!
const tokenOf = ({ text }: ReceivedMail) => /\/reset#([\w-]{43})\n/.exec(text)![1]!

/** Asks for a link, and takes its token out of the mail. */
async function forgot(person: Person): Promise<string> {
  expect((await post(FORGOT, { email: emailOf(person) })).status).toBe(204)
  return tokenOf(await mailServer.next(emailOf(person), LINK))
}

const reset = (token: string, password = NEW_PASSWORD) => post(RESET, { token, password })
const login = async (person: Person, password: string) =>
  (await post('/api/auth/login', { login: person.user.username, password })).status

/** What a link answers that does not work. */
const GONE = [422, 'INVALID', [['token'], 'gone']]
const outcomeOf = ({ status, body }: Awaited<ReturnType<typeof reset>>) => {
  const { code, issues } = body?.data ?? {}
  return [status, code, issues && [issues[0].path, issues[0].code]]
}

describe('a link to a new password', () => {
  it('sets it once, and ends every session and socket', async () => {
    const ann = await register(server.url)
    const socket = await ann.connect()
    const token = await forgot(ann)
    expect((await reset(token)).status).toBe(204)
    expect((await socket.closed).code).toBe(4401)
    expect((await ann.get('/api/me')).status).toBe(401)
    expect((await ann.post('/api/auth/refresh')).status).toBe(401)
    expect(await login(ann, PASSWORD)).toBe(401)
    expect(await login(ann, NEW_PASSWORD)).toBe(200)
    expect(outcomeOf(await reset(token, PASSWORD))).toEqual(GONE)
    expect(await login(ann, NEW_PASSWORD)).toBe(200)
  })

  it('ends all others when it is used, and works once of many times at the same moment', async () => {
    const ann = await register(server.url)
    const [first, second] = [await forgot(ann), await forgot(ann)]
    const passwords = Array.from({ length: 5 }, (_, index) => `${NEW_PASSWORD} ${index}`)
    const answers = await Promise.all(passwords.map((password) => reset(first, password)))
    const won = answers.findIndex(({ status }) => status === 204)
    const others = answers.filter((_, index) => index !== won).map(outcomeOf)
    expect(others).toEqual([GONE, GONE, GONE, GONE])
    expect(await login(ann, passwords[won]!)).toBe(200)
    expect(outcomeOf(await reset(second))).toEqual(GONE)
    expect(await database.collection('accountLinks').countDocuments(linksOf(ann))).toBe(0)
  })

  it('works once if two links are used at the same moment', async () => {
    const ann = await register(server.url)
    const tokens = [await forgot(ann), await forgot(ann)]
    const answers = await Promise.all(tokens.map((token, index) => reset(token, `${NEW_PASSWORD} ${index}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422])
    expect(await login(ann, `${NEW_PASSWORD} ${answers.findIndex(({ status }) => status === 204)}`)).toBe(200)
  })

  it('ends when the password is changed', async () => {
    const ann = await register(server.url)
    const token = await forgot(ann)
    expect((await ann.request('PUT', '/api/me/password', { current: PASSWORD, next: NEW_PASSWORD })).status).toBe(204)
    expect(outcomeOf(await reset(token, 'a third horse battery'))).toEqual(GONE)
  })

  it('still works after a password that is too weak', async () => {
    const ann = await register(server.url)
    const token = await forgot(ann)
    expect(outcomeOf(await reset(token, '12345678'))).toEqual([422, 'INVALID', [['password'], 'too_weak']])
    expect((await reset(token)).status).toBe(204)
  })

  it('works for an hour', async () => {
    const ann = await register(server.url)
    const token = await forgot(ann)
    const links = database.collection('accountLinks')
    const link = await links.findOne(linksOf(ann))
    expect(JSON.stringify(link)).not.toContain(token)
    expect(link!.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(3_600_000)
    await links.updateOne({ _id: link!._id }, { $set: { expiresAt: new Date(Date.now() - 1) } })
    expect(outcomeOf(await reset(token))).toEqual(GONE)
    expect(await login(ann, PASSWORD)).toBe(200)
  })

  it.each(['x', 'A'.repeat(43), '__proto__', '../../reset'])('answers a guess like what is over: %s', async (token) => {
    expect(outcomeOf(await reset(token))).toEqual(GONE)
  })

  it('helps who has guessed so often that they must wait', async () => {
    const ann = await register(server.url)
    const address = { 'x-forwarded-for': '203.0.113.7' }
    const guess = (password: string) => post('/api/auth/login', { login: ann.user.username, password }, address)
    let status = 0
    while (status !== 429) ({ status } = await guess('not the one'))
    const token = await forgot(ann)
    expect((await post(RESET, { token, password: NEW_PASSWORD }, address)).status).toBe(204)
    expect((await guess(NEW_PASSWORD)).status).toBe(200)
  })

  it('does not open an account that was suspended', async () => {
    const ann = await register(server.url)
    const token = await forgot(ann)
    await database.collection('users').updateOne({ email: emailOf(ann) }, { $set: { suspendedAt: new Date() } })
    expect(outcomeOf(await reset(token))).toEqual(GONE)
  })
})

describe('asking for one', () => {
  it('answers the same for an address without an account, which gets no mail', async () => {
    const ann = await register(server.url)
    const unknown = await post(FORGOT, { email: 'nobody@example.com' })
    const known = await post(FORGOT, { email: emailOf(ann) })
    const facts = ({ status, body, headers }: typeof known) => {
      const { 'x-request-id': _, date: __, ...rest } = Object.fromEntries(headers)
      return { status, body, headers: rest }
    }
    expect(facts(unknown)).toEqual(facts(known))
    // The mail that comes is the other one's.
    await mailServer.next(emailOf(ann), LINK)
    expect(mailServer.mails.filter(({ text }) => text.includes(LINK))).toEqual([])
  })

  it('is limited, for every address alike', async () => {
    const ann = await register(server.url)
    for (const email of [emailOf(ann), 'nobody.else@example.com']) {
      const statuses = []
      for (let time = 0; time < 6; time++) statuses.push((await post(FORGOT, { email })).status)
      expect(statuses).toEqual([204, 204, 204, 204, 204, 429])
    }
    for (let time = 0; time < 5; time++) await mailServer.next(emailOf(ann), LINK)
  })

  it('writes in the language of the receiver, and not of who asks', async () => {
    const browser = new Person(server.url)
    const fields = { email: 'lan@example.com', username: 'lan', displayName: 'Lan', password: PASSWORD }
    await browser.request('POST', '/api/auth/register', fields, { 'accept-language': 'vi-VN,vi;q=0.9,en;q=0.8' })
    await post(FORGOT, { email: fields.email }, { 'accept-language': 'en' })
    expect((await mailServer.next(fields.email, LINK)).subject).toBe('Đặt mật khẩu mới cho WebChat')
  })

  it('never makes a link that leads elsewhere, whatever host is asked', async () => {
    const ann = await register(server.url)
    const own = `http://localhost:${server.port}/reset#`
    for (const host of ['203.0.113.9', `203.0.113.9:${server.port}`, 'evil.local', 'localhost:1']) {
      const headers = { host, 'content-type': 'application/json', 'x-forwarded-host': host }
      const body = JSON.stringify({ email: emailOf(ann) })
      expect((await rawRequest(server.url, { method: 'POST', path: FORGOT, headers, body })).status).toBe(204)
      expect((await mailServer.next(emailOf(ann), LINK)).text).toContain(own)
    }
  })

  it('leaves neither token nor address in the log', async () => {
    const ann = await register(server.url)
    const token = await forgot(ann)
    await reset(token)
    await reset(token)
    const log = server.log.join('\n')
    expect(log).toContain('"mail":"reset"')
    expect(log).not.toContain(token)
    expect(log).not.toContain(emailOf(ann))
  })
})

describe('without JavaScript', () => {
  it('both forms work, and say what is wrong without repeating the code', async () => {
    const ann = await register(server.url)
    const browser = new Person(server.url)
    const sent = await browser.submit(FORGOT, { email: emailOf(ann) })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/forgot?sent=1'])
    expect((await browser.get('/forgot?sent=1')).body).toContain('role="status"')
    const token = tokenOf(await mailServer.next(emailOf(ann), LINK))
    const weak = await browser.submit(RESET, { token, password: '12345678' })
    expect([weak.status, weak.headers.get('location')]).toEqual([303, '/reset?error=INVALID'])
    const page = (await browser.get('/reset?error=INVALID')).body
    expect(page).toContain('aria-invalid="true"')
    expect(page).not.toContain(token)
    const done = await browser.submit(RESET, { token, password: NEW_PASSWORD })
    expect([done.status, done.headers.get('location')]).toEqual([303, '/login?reset=1'])
    expect(await login(ann, NEW_PASSWORD)).toBe(200)
  })
})

describe('a link that an administrator makes', () => {
  it('is recorded, works, and is made for nobody who is not there or suspended', async () => {
    const [admin, ann] = [await register(server.url), await register(server.url)]
    const users = database.collection('users')
    await users.updateOne({ email: emailOf(admin) }, { $set: { serverRole: 'administrator' } })
    const path = `/api/admin/people/${ann.user.id}/reset-link`
    const { status, body, headers } = await admin.post(path)
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store, no-transform'])
    const [origin, token] = (body.link as string).split('/reset#') as [string, string]
    expect(origin).toBe(server.url)
    const [entry] = await database.collection('serverAuditEntries').find().sort({ _id: -1 }).limit(1).toArray()
    expect(entry).toMatchObject({ action: 'user.resetLink' })
    expect(JSON.stringify(entry)).not.toContain(token)
    expect((await ann.post(path)).status).toBe(404)
    await users.updateOne({ email: emailOf(admin) }, { $set: { serverRole: 'auditor' } })
    expect((await admin.post(path)).status).toBe(403)
    await users.updateOne({ email: emailOf(admin) }, { $set: { serverRole: 'administrator' } })
    expect((await reset(token)).status).toBe(204)
    expect(await login(ann, NEW_PASSWORD)).toBe(200)
    await users.updateOne({ email: emailOf(ann) }, { $set: { suspendedAt: new Date() } })
    expect((await admin.post(path)).status).toBe(409)
  })
})

it('without a mail server, asking says that it is off, and so does its page; nothing shows an outbox', async () => {
  const off = await startServer()
  const ann = await register(off.url)
  for (const email of [emailOf(ann), 'nobody@example.com']) {
    const { status, body, headers } = await new Person(off.url).post(FORGOT, { email })
    expect([status, body.data]).toEqual([503, { code: 'UNAVAILABLE', reason: 'mail' }])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const page = (await new Person(off.url).get('/forgot')).body
  expect(page).toContain('administrator')
  expect(page).not.toContain('name="email"')
  expect((await new Person(off.url).get('/dev/outbox')).status).toBe(404)
  await off.discard()
})
