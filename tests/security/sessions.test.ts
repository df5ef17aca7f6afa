import { decodeJwt } from 'jose'
import { ObjectId, type Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Session } from '#shared/schemas/account'
import { startOwnDatabase } from '../support/ownDatabase'
import { PASSWORD, Person, register, signIn } from '../support/person'
import { range } from '../support/sends'
import type { TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

const DAY = 24 * 3_600_000

let server: TestServer
let database: Db
let stop: () => Promise<void>
/** Sockets whose session ended by time, without a word from anybody, before all tests. */
let aged: { idle: TestSocket; old: TestSocket; young: TestSocket }

beforeAll(async () => {
  ;({ server, database, stop } = await startOwnDatabase())
  const person = await register(server.url)
  const [idle, old, young] = await Promise.all([signIn(person), signIn(person), signIn(person)])
  aged = { idle: await idle.connect(), old: await old.connect(), young: await young.connect() }
  await age(idle, { expiresAt: new Date(Date.now() - 1_000) })
  await age(old, { createdAt: new Date(Date.now() - 90 * DAY - 1_000) })
  await age(young, { createdAt: new Date(Date.now() - 89 * DAY) })
})
afterAll(() => stop())

function sessionIdOf(person: Person): string {
  return String(decodeJwt(person.cookies.get('webchat_access')!).sid)
}

/** What time would do to a session. */
async function age(person: Person, fields: Record<string, Date>): Promise<void> {
  await database.collection('sessions').updateOne({ _id: new ObjectId(sessionIdOf(person)) }, { $set: fields })
}

describe('a session that ended by time', () => {
  it('is not renewed 90 days after signing in, however much it was used', async () => {
    const [person, younger] = [await register(server.url), await register(server.url)]
    await age(person, { createdAt: new Date(Date.now() - 90 * DAY - 1_000) })
    await age(younger, { createdAt: new Date(Date.now() - 89 * DAY) })
    expect([
      (await person.post('/api/auth/refresh', {})).status,
      (await younger.post('/api/auth/refresh', {})).status,
    ]).toEqual([401, 200])
  })

  it('is not listed, and its access token ends with it', async () => {
    const person = await register(server.url)
    const other = await signIn(person)
    await age(other, { createdAt: new Date(Date.now() - 91 * DAY) })
    const { sessions } = (await person.get<{ sessions: Session[] }>('/api/me/sessions')).body
    expect(sessions.map(({ id }) => id)).toEqual([sessionIdOf(person)])
    expect((await other.get('/api/me')).status).toBe(401)
  })

  it('closes its sockets at the next heartbeat', async () => {
    expect([(await aged.idle.closed).code, (await aged.old.closed).code]).toEqual([4401, 4401])
    expect((await aged.young.request('ping', {})).ok).toBe(true)
    await aged.young.close()
  })
})

describe('a change of password', () => {
  it('leaves no session that was opened with the old password at the same time', async () => {
    const person = await register(server.url)
    const opened: Person[] = []
    const login = async (password: string) => {
      const browser = new Person(server.url)
      const { status } = await browser.post('/api/auth/login', { login: person.user.username, password })
      expect([200, 401]).toContain(status)
      if (status === 200) opened.push(browser)
    }
    let current = PASSWORD
    for (const n of range(1, 12)) {
      const next = `${PASSWORD} number ${n}`
      const change = person.request('PUT', '/api/me/password', { current, next })
      const logins = range(1, 6).map(() => login(current))
      expect((await change).status).toBe(204)
      await Promise.all(logins)
      current = next
    }
    const { sessions } = (await person.get<{ sessions: Session[] }>('/api/me/sessions')).body
    expect(sessions).toEqual([expect.objectContaining({ current: true })])
    for (const browser of opened) {
      expect([(await browser.post('/api/auth/refresh', {})).status, (await browser.get('/api/me')).status]).toEqual([
        401, 401,
      ])
    }
    await login(current)
    expect((await opened.at(-1)!.get('/api/me')).status).toBe(200)
  })

  it('by two requests at once succeeds once', async () => {
    const person = await register(server.url)
    const other = await signIn(person)
    const change = (browser: Person, next: string) =>
      browser.request('PUT', '/api/me/password', { current: PASSWORD, next })
    const statuses = (
      await Promise.all([change(person, 'the first new one of two'), change(other, 'the other new one of two')])
    ).map(({ status }) => status)
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    const { sessions } = (await (statuses[0] === 204 ? person : other).get<{ sessions: Session[] }>('/api/me/sessions'))
      .body
    expect(sessions).toHaveLength(1)
  })

  it('also ends a session whose process died while it opened it', async () => {
    const person = await register(server.url)
    const left = await signIn(person)
    await database
      .collection('users')
      .updateOne({ _id: new ObjectId(person.user.id) }, { $set: { passwordGeneration: 1 } })
    expect((await left.post('/api/auth/refresh', {})).status).toBe(401)
  })
})
