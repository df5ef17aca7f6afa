import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { newClientId, signIn, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cy: Person
let eve: Person
let group: TestGroup

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cy, eve] = await people(server.url, 'Ann', 'Bob', 'Cy', 'Eve')
  group = await TestGroup.make(ann, [bob, cy])
})
afterAll(() => server.discard())

const me = async (person: Person, of = group) => (await ok(person.get(of.path()))).conversation.me
const choose = (person: Person, notify: string) => person.request('PATCH', group.path('/me'), { notify })
const told = async (person: Person) => {
  const { notify, notifyChosen } = await me(person)
  return [notify, notifyChosen]
}

describe('how a person is told', () => {
  it('is theirs: other settings stay, and others do not see it', async () => {
    const set = (notifications: object) => ann.request('PATCH', '/api/me', { notifications })
    expect((await ok(ann.get('/api/me'))).user.notifications).toEqual({
      sounds: true,
      pushText: true,
      quietHours: null,
    })
    const quietHours = { from: '22:00', to: '07:00', zone: 'Asia/Ho_Chi_Minh' }
    await ok(set({ quietHours }))
    const { user } = await ok(set({ sounds: false }))
    expect(user.notifications).toEqual({ sounds: false, pushText: true, quietHours })
    expect(user.displayName).toBe('Ann')
    await ok(ann.request('PATCH', '/api/me', { about: 'hello' }))
    expect((await ok((await signIn(ann)).get('/api/me'))).user.notifications).toEqual(user.notifications)
    expect(JSON.stringify((await bob.get(`/api/users/${ann.user.id}`)).body)).not.toContain('Ho_Chi_Minh')
    expect(await refused(set({ quietHours: { ...quietHours, zone: 'Nowhere/City' } }))).toEqual([422, 'INVALID'])
    expect(await refused(set({ unknown: true }))).toEqual([422, 'INVALID'])
    await ok(set({ quietHours: null, sounds: true }))
  })

  it('of a group is what its admins have set, until they choose for themselves', async () => {
    expect(await told(bob)).toEqual(['all', false])
    const socket = await bob.connect()
    await ok(group.change(ann, { settings: { notify: 'mentions' } }))
    const event = await socket.next('conversation.updated', ({ conversation }) => conversation.me.notify === 'mentions')
    expect(event.conversation.settings.notify).toBe('mentions')
    expect(await told(bob)).toEqual(['mentions', false])
    await ok(choose(bob, 'all'))
    expect(await told(bob)).toEqual(['all', true])
    expect(await told(cy)).toEqual(['mentions', false])
    await ok(choose(bob, 'default'))
    expect(await told(bob)).toEqual(['mentions', false])
    await ok(choose(bob, 'none'))
    await ok(group.change(ann, { settings: { notify: 'all' } }))
    expect(await told(bob)).toEqual(['none', true])
    expect(await told(cy)).toEqual(['all', false])
    await ok(choose(bob, 'default'))
    expect(await refused(group.change(bob, { settings: { notify: 'all' } }))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(group.change(ann, { settings: { notify: 'none' } }))).toEqual([422, 'INVALID'])
    expect((await group.history(bob)).filter(({ notice }) => notice?.action === 'settingsChanged')).toHaveLength(2)
    await socket.close()
  })
})

describe('a thread', () => {
  const answer = async (person: Person, to: Message, text: string) => {
    const input = { clientId: newClientId(), text, replyToId: to.id }
    return (await ok(person.post(group.path('/messages'), input))).message as Message
  }
  const follow = (method: 'PUT' | 'DELETE', person: Person, { id }: Message) =>
    person.request(method, group.path(`/messages/${id}/follow`))
  const follows = async (person: Person, { id }: Message) => (await me(person)).follows.includes(id)

  it('is followed by those who write in it or are mentioned, on all their devices', async () => {
    const sockets = await Promise.all([ann, bob, cy].map((person) => person.connect()))
    const root = await ann.send(group.id, 'root')
    expect(await follows(ann, root)).toBe(false)
    const following = sockets.map((socket) =>
      socket.next('conversation.updated', ({ conversation }) => conversation.me.follows.includes(root.id)),
    )
    const one = await answer(bob, root, `and <@${cy.user.id}>?`)
    await Promise.all(following)
    for (const person of [ann, bob, cy]) expect(await follows(person, root)).toBe(true)
    // By any message of it, and only for oneself.
    expect((await follow('DELETE', cy, one)).status).toBe(204)
    expect(await follows(cy, root)).toBe(false)
    expect(await follows(bob, root)).toBe(true)
    // Who has stopped to follow is not made to by others, or by writing.
    const two = await answer(cy, one, `yes, <@${cy.user.id}>`)
    await answer(bob, two, 'fine')
    expect(await follows(cy, root)).toBe(false)
    expect((await follow('PUT', cy, two)).status).toBe(204)
    expect((await follow('PUT', cy, two)).status).toBe(204)
    expect((await me(cy)).follows.filter((id: string) => id === root.id)).toHaveLength(1)
    await Promise.all(sockets.map((socket) => socket.close()))
  })

  it('is followed by nobody else, and unknown to strangers', async () => {
    const root = await ann.send(group.id, 'for members')
    const one = await answer(bob, root, 'an answer')
    expect(await follows(cy, root)).toBe(false)
    expect(await refused(follow('PUT', eve, one))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(follow('PUT', cy, { ...one, id: 'f'.repeat(24) }))).toEqual([404, 'NOT_FOUND'])
  })

  it('is dropped when somebody follows more than a hundred', async () => {
    const roots: Message[] = []
    for (let n = 0; n <= 100; n++) roots.push(await ann.send(group.id, `root ${n}`))
    for (const root of roots) await follow('PUT', bob, root)
    const ids = (await me(bob)).follows
    expect(ids).toEqual(roots.slice(1).map(({ id }) => id))
  })
})
