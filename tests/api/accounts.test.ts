import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.discard())

const input = (username: string) => ({
  email: `${username}@example.com`,
  username,
  displayName: 'Somebody',
  password: PASSWORD,
})
const refusal = (answer: { status: number; body: any }) => [
  answer.status,
  answer.body.data.code,
  answer.body.data.issues?.map(({ path }: { path: string[] }) => path.join('.')),
]

describe('registering', () => {
  it('answers with the new user and signs them in, by cookies that scripts cannot read', async () => {
    const person = new Person(server.url)
    const answer = await person.post('/api/auth/register', {
      ...input('New.One'),
      email: 'New.One@Example.com',
      displayName: '  Số  Một ',
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        email: 'new.one@example.com',
        username: 'new.one',
        displayName: 'Số Một',
        about: '',
        avatarUrl: null,
        lastSeenAt: null,
        notifications: expect.any(Object),
        privacy: expect.any(Object),
        // The first account of a server.
        serverRole: 'administrator',
      },
    })
    const cookies = answer.headers.getSetCookie()
    expect(cookies).toHaveLength(3)
    for (const cookie of cookies)
      expect(cookie).toMatch(/^webchat_(access|refresh|device)=.+; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await person.get('/api/me')).body).toEqual(answer.body)
  })

  it('says which of the names is taken, ignoring case', async () => {
    const taken = await register(server.url)
    const { username, email } = taken.user
    const person = new Person(server.url)
    const byName = await person.post('/api/auth/register', { ...input('another1'), username: username.toUpperCase() })
    expect(refusal(byName)).toEqual([409, 'CONFLICT', ['username']])
    const byEmail = await person.post('/api/auth/register', { ...input('another2'), email: email!.toUpperCase() })
    expect(refusal(byEmail)).toEqual([409, 'CONFLICT', ['email']])
    expect(person.cookies.size).toBe(0)
  })

  it('gives a username to one of ten people who want it at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        new Person(server.url).post('/api/auth/register', { ...input('wanted'), email: `wanted${index}@example.com` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
  })

  it.each([
    ['short', '1234567'],
    ['long', 'x'.repeat(129)],
    ['common', 'password123'],
    ['common, with capitals', 'PassWord123'],
    ['one’s own username', 'own.name.here'],
    ['one’s own email', 'own.name.here@example.com'],
    ['one’s own name', 'SOMEBODY'],
    ['unusable: a lone surrogate', 'a good one \ud800'],
    ['unusable: NUL', 'a good one \0'],
  ])('refuses a password that is too %s', async (_what, password) => {
    const answer = await new Person(server.url).post('/api/auth/register', { ...input('own.name.here'), password })
    expect(refusal(answer)).toEqual([422, 'INVALID', ['password']])
  })

  it('names everything that is wrong at once', async () => {
    const wrong = { email: 'no', username: '!!', displayName: ' ', password: 'short' }
    const answer = await new Person(server.url).post('/api/auth/register', wrong)
    expect(answer.body.data.issues).toEqual([
      { path: ['email'], code: 'invalid_email', params: {}, message: expect.any(String) },
      { path: ['username'], code: 'invalid_username', params: {}, message: expect.any(String) },
      { path: ['displayName'], code: 'blank', params: {}, message: expect.any(String) },
      { path: ['password'], code: 'too_short', params: { min: 8 }, message: expect.any(String) },
    ])
  })

  it('accepts a password with any characters', async () => {
    const password = ' пароль 密码 🔑\n '
    await new Person(server.url).post('/api/auth/register', { ...input('polyglot'), password })
    const login = (given: string) =>
      new Person(server.url).post('/api/auth/login', { login: 'polyglot', password: given })
    expect((await login(password)).status).toBe(200)
    expect((await login(password.trim())).status).toBe(401)
  })
})

describe('signing in', () => {
  it('accepts the email or the username, ignoring case', async () => {
    const person = await register(server.url)
    const { username, email } = person.user
    for (const login of [username, username.toUpperCase(), email!, email!.toUpperCase(), ` ${username} `]) {
      const answer = await new Person(server.url).post('/api/auth/login', { login, password: PASSWORD })
      expect([answer.status, answer.body]).toEqual([200, { user: person.user }])
    }
  })

  it('does not reveal which names have an account: the same answer after the same work', async () => {
    const known = (await register(server.url)).user.username
    const attempt = async (login: string) => {
      const started = performance.now()
      const { status, body } = await new Person(server.url).post('/api/auth/login', {
        login,
        password: 'not the password',
      })
      return { status, body, took: performance.now() - started }
    }
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let round = 0; round < 9; round++) {
      const [right, wrong] = [await attempt(known), await attempt(`nobody${round}`)]
      expect([right.status, right.body]).toEqual([wrong.status, wrong.body])
      expect([right.status, right.body.data]).toEqual([401, { code: 'UNAUTHENTICATED' }])
      times.known.push(right.took)
      times.unknown.push(wrong.took)
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[4]!
    const ratio = median(times.known) / median(times.unknown)
    // Without the work on a decoy this is 10 and more.
    expect(ratio).toBeGreaterThan(1 / 4)
    expect(ratio).toBeLessThan(4)
  })
})

describe('the own profile', () => {
  it('can be changed field by field, and is found by the new name', async () => {
    const person = await register(server.url, 'Before')
    const named = await person.request('PATCH', '/api/me', { displayName: 'Đỗ Quỳnh Zyx' })
    expect(named.body.user).toEqual({ ...person.user, displayName: 'Đỗ Quỳnh Zyx' })
    const told = await person.request('PATCH', '/api/me', { about: ' two\nlines ' })
    expect(told.body.user).toMatchObject({ displayName: 'Đỗ Quỳnh Zyx', about: 'two\nlines' })
    expect((await person.request('PATCH', '/api/me', {})).body).toEqual(told.body)
    const found = (await person.get('/api/users?q=do%20quynh%20z')).body.users
    expect(found.map(({ id }: { id: string }) => id)).toEqual([person.user.id])
  })

  it.each([
    [{ displayName: '' }, 'displayName'],
    [{ displayName: 'x'.repeat(65) }, 'displayName'],
    [{ displayName: '\u3164' }, 'displayName'],
    [{ about: 'x'.repeat(281) }, 'about'],
    [{ username: 'other' }, ''],
    [{ email: 'other@example.com' }, ''],
  ])('refuses %j', async (fields, path) => {
    const person = await register(server.url)
    expect(refusal(await person.request('PATCH', '/api/me', fields))).toEqual([422, 'INVALID', [path]])
    expect((await person.get('/api/me')).body.user).toEqual(person.user)
  })
})

describe('finding people', () => {
  it('compares the beginning of the username and of each word of the name, ignoring accents', async () => {
    const person = await register(server.url, 'Nguyễn Thị Đoan Qwrt')
    for (const q of [
      'qwrt',
      'QW',
      'đoan',
      'nguyen thi doan',
      'doan nguyen',
      'thi qw',
      person.user.username.slice(0, -1),
      `@${person.user.username}`,
    ]) {
      const { users } = (await person.get(`/api/users?${new URLSearchParams({ q })}`)).body
      const { email: _, notifications: __, privacy: ___, ...asOthersSee } = person.user
      expect([q, users]).toEqual([q, [asOthersSee]])
    }
    for (const q of ['wrt', 'doan guyen', '.*', '^', '$exists']) {
      expect([q, (await person.get(`/api/users?${new URLSearchParams({ q })}`)).body.users]).toEqual([q, []])
    }
  })

  it('answers as many people as requested, in the order of usernames', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => register(server.url, 'Zzcommon Name')))
    const names = people.map(({ user }) => user.username).sort()
    const usernames = async (query: string) =>
      (await people[0]!.get(`/api/users?q=zzcommon${query}`)).body.users.map(
        ({ username }: { username: string }) => username,
      )
    expect(await usernames('')).toEqual(names)
    expect(await usernames('&limit=2')).toEqual(names.slice(0, 2))
  })

  it('does not show a person’s email or settings', async () => {
    const [one, other] = [await register(server.url), await signIn(await register(server.url))]
    const { email, notifications: _, privacy: __, ...asOthersSee } = other.user
    expect((await one.get(`/api/users/${other.user.id}`)).body).toEqual({ user: asOthersSee })
    expect(refusal(await one.get(`/api/users/${'f'.repeat(24)}`))).toEqual([404, 'NOT_FOUND', undefined])
    expect(JSON.stringify((await one.get('/api/users')).body)).not.toContain(email)
  })
})
