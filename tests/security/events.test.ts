import { afterAll, beforeAll, expect, it } from 'vitest'
import { PASSWORD, Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ RATE_LIMIT_FACTOR: '1' })
})
afterAll(() => server.discard())

type Line = Record<string, any>

/** The lines of one security event, as soon as there is one that fits. */
async function events(name: string, fits: (line: Line) => boolean = () => true): Promise<Line[]> {
  for (;;) {
    const lines: Line[] = server.log.flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []))
    const found = lines.filter((line) => line.msg === 'security' && line.event === name && fits(line))
    if (found.length > 0) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

it('has a line for a wrong password and for an unknown name, without either', async () => {
  const ann = await register(server.url)
  const wrong = 'a wrong password of mine'
  const typed = 'my-secret-typed-as-name'
  expect(
    (await new Person(server.url).post('/api/auth/login', { login: ann.user.username, password: wrong })).status,
  ).toBe(401)
  expect((await new Person(server.url).post('/api/auth/login', { login: typed, password: wrong })).status).toBe(401)
  expect(await events('login.failed', ({ targetId }) => targetId === ann.user.id)).toMatchObject([
    { level: 40, ip: '127.0.0.1' },
  ])
  expect(await events('login.failed', ({ targetId }) => targetId === undefined)).toHaveLength(1)
  const log = server.log.join('\n')
  expect([wrong, typed, ann.user.username].filter((word) => log.includes(word))).toEqual([])
})

it('has one line for a limit, however often it is exceeded', async () => {
  const ann = await register(server.url)
  const guess = () => ann.request('PUT', '/api/me/password', { current: 'not the one', next: 'another good one' })
  let refused = 0
  while (refused < 3) if ((await guess()).status === 429) refused++
  expect(await events('limit.hit', ({ key }) => key === ann.user.id)).toMatchObject([
    { level: 40, limit: expect.any(String) },
  ])
})

it('has a line for a reused refresh token, a changed password and ended sessions', async () => {
  const ann = await register(server.url)
  const thief = ann.at(server.url)
  const other = await signIn(ann)
  // Two rotations on, the first token is older than the grace covers.
  for (let i = 0; i < 2; i++) expect((await ann.post('/api/auth/refresh')).status).toBe(200)
  expect((await thief.post('/api/auth/refresh')).status).toBe(401)
  expect(await events('session.reuse')).toMatchObject([
    { level: 40, userId: ann.user.id, sessionId: expect.any(String) },
  ])
  await other.request('PUT', '/api/me/password', { current: PASSWORD, next: 'another good one' })
  expect(await events('password.changed')).toMatchObject([{ level: 30, userId: ann.user.id }])
  expect(await events('session.revoked')).toMatchObject([{ level: 30, userId: ann.user.id, count: 0 }])
})

it('has a line for roles, rights, owners, permissions and bans', async () => {
  const [ann, bob, cid] = [await register(server.url), await register(server.url), await register(server.url)]
  const memberIds = [bob.user.id, cid.user.id]
  const { id } = (await ann.post('/api/conversations', { kind: 'group', name: 'The group', memberIds })).body
    .conversation
  const of = { userId: ann.user.id, targetId: bob.user.id, conversationId: id }
  await ann.request('PATCH', `/api/conversations/${id}/members/${bob.user.id}`, { role: 'moderator' })
  expect(await events('role.changed')).toMatchObject([{ ...of, details: { role: 'moderator', before: 'member' } }])
  await ann.request('PATCH', `/api/conversations/${id}/members/${bob.user.id}`, { deny: ['sendVoice'] })
  expect(await events('rights.changed')).toMatchObject([{ ...of, details: { deny: ['sendVoice'] } }])
  await ann.request('PATCH', `/api/conversations/${id}`, { permissions: { pin: 'admin' } })
  expect(await events('permissions.changed')).toMatchObject([{ userId: ann.user.id, conversationId: id }])
  await ann.request('PUT', `/api/conversations/${id}/bans/${cid.user.id}`)
  expect(await events('member.banned')).toMatchObject([{ ...of, targetId: cid.user.id }])
  await ann.request('DELETE', `/api/conversations/${id}/bans/${cid.user.id}`)
  expect(await events('member.unbanned')).toMatchObject([{ ...of, targetId: cid.user.id }])
  await ann.post(`/api/conversations/${id}/owner`, { userId: bob.user.id })
  expect(await events('owner.changed')).toMatchObject([of])
})
