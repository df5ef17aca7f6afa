import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEFAULT_PRIVACY, type Privacy } from '#shared/domain/privacy'
import type { User } from '#shared/schemas/account'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { newClientId, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
/** Ann sets what others may do. Bob is in a group with Ann; Cy is not; Dee has got a message from Ann. */
let ann: Person
let bob: Person
let cy: Person
let dee: Person

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cy, dee] = await people(server.url, 'Annabel', 'Bob', 'Cy', 'Dee')
  await TestGroup.make(bob, [ann])
  await ann.send((await ann.chatWith(dee)).id, 'you are a contact')
})
afterAll(() => server.discard())

const set = async (privacy: Partial<Privacy>, person = ann): Promise<User> =>
  (await ok(person.request('PATCH', '/api/me', { privacy }))).user
const found = async (by: Person, q: string) => {
  const { users } = await ok(by.get(`/api/users?q=${q}&limit=50`))
  return users.some(({ id }: User) => id === ann.user.id)
}

it('is everything for everybody at first, and is changed field by field', async () => {
  expect((await ok(ann.get('/api/me'))).user.privacy).toEqual(DEFAULT_PRIVACY)
  expect((await set({ find: 'groups' })).privacy).toEqual({ ...DEFAULT_PRIVACY, find: 'groups' })
  expect((await set({ find: 'everybody' })).privacy).toEqual(DEFAULT_PRIVACY)
  expect(await refused(ann.request('PATCH', '/api/me', { privacy: { find: 'friends' } }))).toEqual([422, 'INVALID'])
  expect((await ok(bob.get(`/api/users/${ann.user.id}`))).user.privacy).toBeUndefined()
})

it.each([
  ['everybody', true, true],
  ['groups', true, false],
  ['username', false, false],
] as const)('who may find: %s', async (find, mate, stranger) => {
  await set({ find })
  expect([await found(bob, 'annab'), await found(cy, 'annab')]).toEqual([mate, stranger])
  expect([await found(cy, ann.user.username), await found(cy, `@${ann.user.username.toUpperCase()}`)]).toEqual([
    true,
    true,
  ])
  expect(await found(cy, ann.user.username.slice(0, -1))).toBe(find === 'everybody')
  await set({ find: 'everybody' })
})

it('finds the others of a name, when many of that name are not found', async () => {
  const name = 'Zebulon'
  const crowd = await people(server.url, name, name, name, name, name, name)
  const hidden = crowd.toSorted((one, other) => (one.user.username < other.user.username ? -1 : 1)).slice(0, 5)
  await Promise.all(hidden.map((person) => set({ find: 'username' }, person)))
  const { users } = await ok(cy.get(`/api/users?q=${name}&limit=1`))
  expect(users.map(({ id }: User) => id)).toEqual(
    crowd.filter((person) => !hidden.includes(person)).map(({ user }) => user.id),
  )
})

it.each([
  ['groups', 201, 403],
  ['nobody', 403, 403],
] as const)('who may write first: %s', async (write, mate, stranger) => {
  const [asked, other, unknown] = await people(server.url, 'Asked', 'Mate', 'Stranger')
  await TestGroup.make(other, [asked])
  await set({ write }, asked)
  const begin = async (person: Person) =>
    (await person.post('/api/conversations', { kind: 'direct', userId: asked.user.id })).status
  expect([await begin(other), await begin(unknown)]).toEqual([mate, stranger])
  // They begin themselves, and get answers.
  const { id } = await asked.chatWith(unknown)
  await asked.send(id, 'hello')
  await unknown.send(id, 'hello yourself')
})

it('refuses the first message in a conversation that was begun before, over HTTP and the socket', async () => {
  const [asked, other] = await people(server.url, 'Asked', 'Other')
  const { id } = await other.chatWith(asked)
  await set({ write: 'nobody' }, asked)
  const text = () => ({ clientId: newClientId(), text: 'hello' })
  expect(await refused(other.post(`/api/conversations/${id}/messages`, text()))).toEqual([403, 'FORBIDDEN'])
  const socket = await other.connect()
  expect((await socket.request('message.send', { conversationId: id, ...text() })).error?.code).toBe('FORBIDDEN')
  await socket.close()
  await set({ write: 'everybody' }, asked)
  await other.send(id, 'hello')
  await set({ write: 'nobody' }, asked)
  await other.send(id, 'we have begun')
})

it.each([
  ['everybody', 201, 201],
  ['contacts', 201, 403],
  ['nobody', 403, 403],
] as const)('who may add to groups: %s', async (add, contact, stranger) => {
  await set({ add })
  const make = async (person: Person) =>
    (await person.post('/api/conversations', { kind: 'group', name: 'New', memberIds: [ann.user.id] })).status
  expect([await make(dee), await make(cy)]).toEqual([contact, stranger])
  const own = await TestGroup.make(cy, [])
  expect((await cy.post(own.path('/members'), { userIds: [ann.user.id] })).status).toBe(stranger === 201 ? 200 : 403)
  // By a link, Ann comes as ever.
  const { invite } = await ok(cy.post(own.path('/invites'), {}))
  await ok(ann.post(`/api/invites/${invite.url.split('/').at(-1)}/accept`))
  await set({ add: 'everybody' })
})

const onlineFor = async (viewer: Person, person: Person): Promise<boolean> => {
  const socket = await viewer.connect()
  const { data } = await socket.request('presence.watch', { userIds: [person.user.id] })
  await socket.close()
  return data.presence[person.user.id].online
}

it.each([
  ['everybody', true, true],
  ['contacts', true, false],
  ['nobody', false, false],
] as const)('who sees presence: %s, and who hides it does not see it', async (lastSeen, contact, stranger) => {
  const open = await Promise.all([ann.connect(), cy.connect(), dee.connect()])
  await set({ lastSeen })
  expect([await onlineFor(dee, ann), await onlineFor(cy, ann)]).toEqual([contact, stranger])
  expect([await onlineFor(ann, dee), await onlineFor(ann, cy)]).toEqual([contact, stranger])
  await set({ lastSeen: 'everybody' })
  await Promise.all(open.map((socket) => socket.close()))
})

it('tells those who watch when presence is hidden and shown', async () => {
  const [watching, watched] = await Promise.all([cy.connect(), ann.connect()])
  await watching.request('presence.watch', { userIds: [ann.user.id] })
  await set({ lastSeen: 'nobody' })
  await watching.until(() => watching.all('presence').at(-1)?.online === false)
  await set({ lastSeen: 'everybody' })
  await watching.until(() => watching.all('presence').at(-1)?.online === true)
  await Promise.all([watching.close(), watched.close()])
})

it.each(['direct', 'group'] as const)(
  'hides from all what is read in a %s chat, and shows no reader to its owner',
  async (kind) => {
    const [one, other] = await people(server.url, 'One', 'Other')
    const id = kind === 'direct' ? (await one.chatWith(other)).id : (await TestGroup.make(one, [other])).id
    const [forOne, forOther] = await Promise.all([one.connect(), other.connect()])
    await set({ reads: 'nobody' }, one)
    for (const [reader, socket] of [
      [one, forOne],
      [other, forOther],
    ] as const) {
      const writer = reader === one ? other : one
      const message = await writer.send(id, 'read this')
      await ok(reader.request('PUT', `/api/conversations/${id}/read`, { seq: message.seq }))
      await socket.next(
        'read.updated',
        ({ userId, lastReadSeq }) => userId === reader.user.id && lastReadSeq === message.seq,
      )
      const { users } = await ok(writer.get(`/api/conversations/${id}/messages/${message.id}/readers`))
      expect(users).toEqual([])
      const { members } = await ok(writer.get(`/api/conversations/${id}/members`))
      expect(members.find(({ user }: { user: User }) => user.id === reader.user.id).lastReadSeq).toBe(0)
    }
    await set({ reads: 'everybody' }, one)
    const { seq } = await one.send(id, 'and this')
    await ok(other.request('PUT', `/api/conversations/${id}/read`, { seq }))
    await forOne.next('read.updated', ({ userId, lastReadSeq }) => userId === other.user.id && lastReadSeq === seq)
    expect(forOther.all('read.updated').filter(({ userId }) => userId === one.user.id)).toEqual([])
    expect(forOne.all('read.updated').filter(({ userId }) => userId === other.user.id)).toHaveLength(1)
    await Promise.all([forOne.close(), forOther.close()])
  },
)
