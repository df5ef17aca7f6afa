import { afterAll, expect, it } from 'vitest'
import { PASSWORD, Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

const servers: TestServer[] = []
afterAll(() => Promise.all(servers.map((server) => server.discard())))

async function serverWith(environment: Record<string, string>): Promise<string> {
  const server = await startServer(environment)
  servers.push(server)
  return server.url
}

const accountOf = (name: string, domain = 'example.com') => ({
  email: `${name}@${domain}`,
  username: name,
  displayName: name,
  password: PASSWORD,
})
const tryToRegister = async (url: string, account: object) => {
  const { status, body } = await new Person(url).post('/api/auth/register', account)
  return [status, body.data?.issues?.[0]?.code ?? body.user?.username]
}
const pageOf = async (url: string, path: string) => (await fetch(url + path)).text()

it('closed: the first account can be made, and no other', async () => {
  const url = await serverWith({ REGISTRATION: 'closed' })
  expect(await pageOf(url, '/register')).toContain('name="password"')
  // Of several first ones at once, one stays.
  const first = await Promise.all(['ann', 'dan', 'eve', 'fay'].map((name) => tryToRegister(url, accountOf(name))))
  expect(first.map(([status]) => status).filter((status) => status === 201)).toHaveLength(1)
  expect(await tryToRegister(url, accountOf('bob'))).toEqual([403, 'registration_closed'])
  expect(await pageOf(url, '/register')).toContain('Nobody can make an account here at the moment.')
  expect(await pageOf(url, '/register')).not.toContain('name="password"')
  expect(await pageOf(url, '/login')).not.toContain('href="/register"')
})

it('closed, with an address that administers: only that account can be made', async () => {
  const url = await serverWith({ REGISTRATION: 'closed', ADMIN_EMAIL: 'rita@example.com' })
  expect(await tryToRegister(url, accountOf('bob'))).toEqual([403, 'registration_closed'])
  expect(await tryToRegister(url, accountOf('rita'))).toEqual([201, 'rita'])
})

it('invite: an invite link that works is needed', async () => {
  const url = await serverWith({ REGISTRATION: 'invite' })
  const ann = await register(url)
  const { conversation } = (await ann.post('/api/conversations', { kind: 'group', name: 'Club', memberIds: [] })).body
  const make = async (body: object) => {
    const { invite } = (await ann.post(`/api/conversations/${conversation.id}/invites`, body)).body
    return { id: invite.id as string, token: new URL(invite.url).pathname.split('/').at(-1)! }
  }
  const [good, removed] = [await make({ maxUses: 1 }), await make({})]
  await ann.request('DELETE', `/api/conversations/${conversation.id}/invites/${removed.id}`)
  for (const invite of [undefined, '', 'x', removed.token, `${good.token}x`, 'a'.repeat(64)])
    expect(await tryToRegister(url, { ...accountOf('bob'), invite })).toEqual([403, 'invite_needed'])
  expect((await tryToRegister(url, { ...accountOf('bob'), invite: 'x'.repeat(65) }))[0]).toBe(422)

  // A plain form of the page that the link leads to carries it.
  const page = await pageOf(url, `/register?next=/invite/${good.token}`)
  expect(page).toContain(`name="invite" value="${good.token}"`)
  expect(await pageOf(url, '/register')).toContain('You need an invite link')
  const bob = new Person(url)
  // Of several at once, one gets its only use, and is in the group with it.
  const answers = await Promise.all([
    bob.post('/api/auth/register', { ...accountOf('bob'), invite: good.token }),
    ...['dan', 'eve', 'fay'].map((name) =>
      new Person(url).post('/api/auth/register', { ...accountOf(name), invite: good.token }),
    ),
  ])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 403, 403, 403])
  const { members } = (await ann.get(`/api/conversations/${conversation.id}`)).body
  expect(members).toHaveLength(2)
  expect((await ann.get('/api/admin/people')).body.people).toHaveLength(2)
  expect(await tryToRegister(url, { ...accountOf('cy'), invite: good.token })).toEqual([403, 'invite_needed'])
})

it('domain: only addresses of it', async () => {
  const url = await serverWith({ REGISTRATION: 'domain:Example.org' })
  await register(url)
  expect(await tryToRegister(url, accountOf('bob'))).toEqual([403, 'other_domain'])
  expect(await tryToRegister(url, accountOf('bob', 'EXAMPLE.org'))).toEqual([201, 'bob'])
  expect(await pageOf(url, '/register')).toContain('example.org')
})

it('approval: an account waits until an administrator lets it in', async () => {
  const url = await serverWith({ REGISTRATION: 'approval' })
  const ann = await register(url)
  expect(await tryToRegister(url, accountOf('bob'))).toEqual([403, 'awaiting_approval'])
  const bob = new Person(url)
  const signIn = () => bob.post('/api/auth/login', { login: 'bob', password: PASSWORD })
  expect((await signIn()).body.data.issues[0].code).toBe('awaiting_approval')
  expect((await bob.get('/api/me')).status).toBe(401)
  expect((await ann.get('/api/users?q=bob')).body.users).toEqual([])
  const waiting = (await ann.get('/api/admin/people?state=suspended')).body.people
  expect(waiting).toMatchObject([{ username: 'bob', awaitsApproval: true }])
  expect((await ann.request('DELETE', `/api/admin/people/${waiting[0].id}/suspension`)).status).toBe(204)
  expect((await signIn()).status).toBe(200)
  expect((await ann.get('/api/users?q=bob')).body.users).toHaveLength(1)
  expect((await ann.get('/api/admin/people?state=suspended')).body.people).toEqual([])
})
