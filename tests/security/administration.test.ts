import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, PASSWORD, Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'

/** Ada is the first account, and administers. Max is an auditor, Bob a plain member. */
let server: TestServer
let ada: Person
let max: Person
let bob: Person

beforeAll(async () => {
  server = await startServer()
  ada = await register(server.url, 'Ada')
  ;[max, bob] = await Promise.all([register(server.url, 'Max'), register(server.url, 'Bob')])
  await ada.request('PATCH', `/api/admin/people/${max.user.id}`, { serverRole: 'auditor' })
})
afterAll(() => server.discard())

const codeOf = ({ status, body }: { status: number; body: any }) => [status, body?.data?.code]
const login = (person: Person) =>
  new Person(server.url).post('/api/auth/login', { login: person.user.username, password: PASSWORD })
const groupOf = async (owner: Person, ...members: Person[]) => {
  const memberIds = members.map(({ user }) => user.id)
  const body = { kind: 'group', name: 'The quiet group', memberIds }
  return (await owner.post('/api/conversations', body)).body.conversation.id as string
}

const UNKNOWN = 'f'.repeat(24)
/** Everything below /api/admin that changes something, and something to look at. */
const ROUTES: [method: string, path: string, auditor: number, administrator: number, body?: unknown][] = [
  ['GET', '/api/admin/people', 200, 200],
  ['GET', '/api/admin/people/{bob}', 200, 200],
  ['GET', '/api/admin/groups', 200, 200],
  ['GET', `/api/admin/groups/${UNKNOWN}/candidates`, 404, 404],
  ['GET', '/api/admin/audit', 200, 200],
  ['PATCH', '/api/admin/people/{bob}', 403, 200, { displayName: 'Bob' }],
  ['PUT', `/api/admin/people/${UNKNOWN}/suspension`, 403, 404],
  ['DELETE', `/api/admin/people/${UNKNOWN}/suspension`, 403, 404],
  ['DELETE', `/api/admin/people/${UNKNOWN}/sessions`, 403, 404],
  ['POST', `/api/admin/groups/${UNKNOWN}/owner`, 403, 404, { userId: UNKNOWN }],
  ['DELETE', `/api/admin/groups/${UNKNOWN}`, 403, 404],
]

it.each(ROUTES)(
  '%s %s is for administrators, and to look at for auditors',
  async (method, path, auditor, administrator, body) => {
    const ask = (person: Person) => person.request(method, path.replace('{bob}', bob.user.id), body)
    expect((await ask(new Person(server.url))).status).toBe(401)
    expect(codeOf(await ask(bob))).toEqual([404, 'NOT_FOUND'])
    expect((await ask(max)).status).toBe(auditor)
    expect((await ask(ada)).status).toBe(administrator)
    // What is wrong with a request is nothing for strangers to learn.
    expect(
      (await bob.request(method, path.replace('{bob}', 'x'), method === 'GET' ? undefined : 'no json')).status,
    ).toBe(404)
  },
)

describe('a server role', () => {
  it('belongs to one of many first accounts, and shows in the own account only', async () => {
    const fresh = await startServer()
    const people = await Promise.all(Array.from({ length: 5 }, () => register(fresh.url)))
    const roles = await Promise.all(people.map(async (one) => (await one.get('/api/me')).body.user.serverRole))
    expect(roles.filter((role) => role === 'administrator')).toHaveLength(1)
    expect(people.map(({ user }) => user.serverRole)).toEqual(roles)
    const administrator = people[roles.indexOf('administrator')]!
    const other = people.find((one) => one !== administrator)!
    expect((await other.get(`/api/users/${administrator.user.id}`)).body.user).not.toHaveProperty('serverRole')
    await fresh.discard()
  })

  it('shows nothing of other people’s chats and groups, and gives no right in them', async () => {
    const cid = await register(server.url)
    const chat = (await bob.chatWith(cid)).id
    const group = await groupOf(bob, cid)
    for (const id of [chat, group])
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['GET', '/messages', undefined],
        ['GET', '/audit', undefined],
        ['POST', '/messages', { clientId: newClientId(), text: 'hello' }],
        ['DELETE', '', undefined],
      ] as const)
        expect((await ada.request(method, `/api/conversations/${id}${path}`, body)).status).toBe(404)
    const mine = await groupOf(bob, ada)
    expect((await ada.request('PATCH', `/api/conversations/${mine}`, { name: 'Mine' })).status).toBe(403)
  })

  it('is taken at once', async () => {
    const dan = await register(server.url)
    const give = (serverRole: string | null) => ada.request('PATCH', `/api/admin/people/${dan.user.id}`, { serverRole })
    expect((await give('administrator')).body.person).toMatchObject({ serverRole: 'administrator' })
    expect((await dan.get('/api/admin/people')).status).toBe(200)
    await give(null)
    expect((await dan.get('/api/admin/people')).status).toBe(404)
  })
})

describe('the last administrator', () => {
  it('stays, whoever asks and however many at once', async () => {
    const eve = await register(server.url)
    const path = (person: Person) => `/api/admin/people/${person.user.id}`
    const refused = [409, 'CONFLICT', 'last_administrator']
    const answer = async (asked: Promise<{ status: number; body: any }>) => {
      const { status, body } = await asked
      return [status, body?.data?.code, body?.data?.issues?.[0]?.code]
    }
    expect(await answer(ada.request('PATCH', path(ada), { serverRole: null }))).toEqual(refused)
    expect(await answer(ada.request('PATCH', path(ada), { serverRole: 'auditor' }))).toEqual(refused)
    expect(await answer(ada.request('PUT', `${path(ada)}/suspension`))).toEqual(refused)
    expect((await ada.get('/api/me')).body.user.serverRole).toBe('administrator')

    await ada.request('PATCH', path(eve), { serverRole: 'administrator' })
    const both = await Promise.all([
      ada.request('PATCH', path(ada), { serverRole: null }),
      eve.request('PATCH', path(eve), { serverRole: null }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const [last, former] = both[0]!.status === 409 ? [ada, eve] : [eve, ada]
    // The tests after this one go on with Ada.
    if (last === eve) await eve.request('PATCH', path(ada), { serverRole: 'administrator' })
    else expect((await former.get('/api/admin/people')).status).toBe(404)
    await ada.request('PATCH', path(eve), { serverRole: null })
    const { people } = (await ada.get('/api/admin/people?role=administrator')).body
    expect(people.map(({ id }: { id: string }) => id)).toEqual([ada.user.id])
  })
})

describe('a suspended person', () => {
  it('is signed out everywhere at once, and signs in only when they are given back', async () => {
    const fay = await register(server.url)
    const phone = await signIn(fay)
    const sockets = await Promise.all([fay.connect(), phone.connect()])
    expect((await ada.request('PUT', `/api/admin/people/${fay.user.id}/suspension`)).status).toBe(204)
    expect((await Promise.all(sockets.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([4401, 4401])
    expect(codeOf(await fay.get('/api/me'))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await phone.post('/api/auth/refresh')).status).toBe(401)
    const refused = await login(fay)
    expect(codeOf(refused)).toEqual([403, 'FORBIDDEN'])
    expect(refused.body.data.issues).toMatchObject([{ path: ['login'], code: 'suspended' }])
    const wrong = await new Person(server.url).post('/api/auth/login', {
      login: fay.user.username,
      password: 'wrong one',
    })
    expect(wrong.status).toBe(401)
    // A form without a script is sent back with the reason.
    const form = await new Person(server.url).submit('/api/auth/login', {
      login: fay.user.username,
      password: PASSWORD,
    })
    expect([form.status, form.headers.get('location')]).toEqual([303, '/login?error=FORBIDDEN'])
    expect((await ada.get('/api/admin/people?state=suspended')).body.people).toMatchObject([
      { id: fay.user.id, suspendedAt: expect.any(String) },
    ])
    expect((await ada.request('DELETE', `/api/admin/people/${fay.user.id}/suspension`)).status).toBe(204)
    expect((await login(fay)).status).toBe(200)
  })

  it('loses the server role, and gets none while suspended', async () => {
    const gus = await register(server.url)
    const path = `/api/admin/people/${gus.user.id}`
    await ada.request('PATCH', path, { serverRole: 'administrator' })
    await ada.request('PUT', `${path}/suspension`)
    expect((await ada.get(path)).body.person).toMatchObject({ serverRole: null, suspendedAt: expect.any(String) })
    expect(codeOf(await ada.request('PATCH', path, { serverRole: 'administrator' }))).toEqual([409, 'CONFLICT'])
    const { people } = (await ada.get('/api/admin/people?role=administrator')).body
    expect(people.map(({ id }: { id: string }) => id)).toEqual([ada.user.id])
  })
})
