import { hash } from '@node-rs/argon2'
import { ObjectId, type Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOwnDatabase } from '../support/ownDatabase'
import { PASSWORD, Person, register } from '../support/person'
import type { TestServer } from '../support/server'

let server: TestServer
let database: Db
let stop: () => Promise<void>
let count = 0

beforeAll(async () => {
  ;({ server, database, stop } = await startOwnDatabase())
})
afterAll(() => stop())

interface Fields {
  username?: string
  email?: string
  password?: string
}

async function signUp({
  username = `chosen${++count}`,
  email = `${username}@example.com`,
  password = PASSWORD,
}: Fields) {
  const person = new Person(server.url)
  const answer = await person.post('/api/auth/register', { username, email, displayName: 'Ann Chosen', password })
  return { person, answer, username }
}

const signInStatus = async (login: string, password = PASSWORD) =>
  (await new Person(server.url).post('/api/auth/login', { login, password })).status

describe('a weak password', () => {
  it.each([
    'aaaaaaaa',
    '        ',
    'weakling1',
    'Weakling123',
    'password123',
    'P@ssw0rd!',
    'abcdefgh',
    '12345678',
    'annchosen',
    'webchat1',
  ])('is refused when registering: %j', async (password) => {
    const { answer } = await signUp({ username: `weakling`, password })
    expect([answer.status, answer.body.data.issues]).toEqual([
      422,
      [expect.objectContaining({ path: ['password'], code: 'too_weak' })],
    ])
  })

  it('is refused when changing it, and by the form', async () => {
    const person = await register(server.url)
    for (const next of ['aaaaaaaa', '        ', `${person.user.username}1`]) {
      const answer = await person.request('PUT', '/api/me/password', { current: PASSWORD, next })
      expect([next, answer.status, answer.body.data.issues?.[0].code]).toEqual([next, 422, 'too_weak'])
    }
    const fields = { username: 'formweak', email: 'formweak@example.com', displayName: 'Ann', password: 'formweak1' }
    const form = await new Person(server.url).submit('/api/auth/register', fields)
    expect(form.headers.get('location')).toBe('/register?error=INVALID')
  })

  it('counts visible characters: marks and pairs do not count separately', async () => {
    expect((await signUp({ password: 'e\u0301'.repeat(7) })).answer.body.data.issues[0].code).toBe('too_short')
    expect((await signUp({ password: '😀😂🙈🎉' })).answer.body.data.issues[0].code).toBe('too_short')
    const long = 'Việt Nam ơi, quê hương ta! '.repeat(5).slice(0, 128)
    const { answer, username } = await signUp({ password: long.normalize('NFD') })
    expect([answer.status, await signInStatus(username, long)]).toEqual([201, 200])
  })
})

describe('a password with marks', () => {
  it.each(['mật khẩu của tôi', 'Grüße aus Köln', '비밀번호는 길어요'])(
    'is the same from every keyboard: %s',
    async (password) => {
      for (const [chosen, typed] of [
        ['NFC', 'NFD'],
        ['NFD', 'NFC'],
      ] as const) {
        const { answer, username } = await signUp({ password: password.normalize(chosen) })
        expect([answer.status, await signInStatus(username, password.normalize(typed))]).toEqual([201, 200])
      }
    },
  )

  it('keeps its spaces', async () => {
    const { username } = await signUp({ password: ' mật khẩu của tôi ' })
    expect([
      await signInStatus(username, ' mật khẩu của tôi '),
      await signInStatus(username, 'mật khẩu của tôi'),
    ]).toEqual([200, 401])
  })

  it('that was hashed as it was typed still works, and is hashed again', async () => {
    const password = 'mật khẩu của tôi'
    const { answer, username } = await signUp({})
    const users = database.collection('users')
    const _id = new ObjectId(answer.body.user.id as string)
    for (const form of ['NFD', 'NFC'] as const) {
      const before = await hash(password.normalize(form))
      await users.updateOne({ _id }, { $set: { passwordHash: before } })
      expect([form, await signInStatus(username, password.normalize('NFD'))]).toEqual([form, 200])
      const after = (await users.findOne({ _id }))!.passwordHash
      expect([form, after === before]).toEqual([form, form === 'NFC'])
      expect([form, await signInStatus(username, password.normalize('NFC'))]).toEqual([form, 200])
      expect([form, await signInStatus(username, 'mat khau cua toi')]).toEqual([form, 401])
    }
  })
})

describe('an email address with other letters', () => {
  it('is one address in every form, for the API and the form', async () => {
    const forms = ['ann@münchen.de', 'ann@xn--mnchen-3ya.de', 'ANN@MÜNCHEN.de', 'ann@mu\u0308nchen.de']
    const { answer } = await signUp({ email: forms[0]! })
    expect([answer.status, answer.body.user?.email]).toEqual([201, 'ann@xn--mnchen-3ya.de'])
    for (const email of forms) {
      expect([email, await signInStatus(email)]).toEqual([email, 200])
      expect([email, (await signUp({ email })).answer.status]).toEqual([email, 409])
      const form = await new Person(server.url).submit('/api/auth/login', { login: email, password: PASSWORD })
      expect([email, form.headers.get('location')]).toEqual([email, '/'])
    }
  })
})
