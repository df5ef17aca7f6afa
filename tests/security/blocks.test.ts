import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Conversation } from '#shared/schemas/conversation'
import type { Scheduled } from '#shared/schemas/scheduled'
import { Chance } from '../support/chance'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { newClientId, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
/** Ann blocks Bob. */
let ann: Person
let bob: Person
let cy: Person
let chat: string
/** Written before the block. */
let fromAnn: string
let fromBob: string
let group: TestGroup

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cy] = await people(server.url, 'Ann', 'Bob', 'Cy')
  chat = (await ann.chatWith(bob)).id
  fromAnn = (await ann.send(chat, 'one')).id
  fromBob = (await bob.send(chat, 'two')).id
  group = await TestGroup.make(cy, [ann, bob])
})
afterAll(() => server.discard())

const block = (person: Person, other: Person) => ok(person.request('PUT', `/api/blocks/${other.user.id}`))
const unblock = (person: Person, other: Person) => ok(person.request('DELETE', `/api/blocks/${other.user.id}`))
const FORBIDDEN = [403, 'FORBIDDEN']
const text = () => ({ clientId: newClientId(), text: 'hello' })
const viewOf = async (person: Person): Promise<Conversation> =>
  (await ok(person.get('/api/conversations'))).conversations.find(({ id }: Conversation) => id === chat)

describe('a block', () => {
  beforeAll(() => block(ann, bob))

  it.each([
    ['the blocked person', () => bob, () => fromBob],
    ['the blocker', () => ann, () => fromAnn],
  ])('keeps %s from writing in any way', async (_, who, own) => {
    const person = who()
    const at = `/api/conversations/${chat}`
    const noted = await ok(person.post(`/api/conversations/${group.id}/messages`, text()))
    const attempts: [string, string, unknown?][] = [
      ['POST', `${at}/messages`, text()],
      ['PATCH', `${at}/messages/${own()}`, { text: 'changed' }],
      ['PUT', `${at}/messages/${fromAnn}/reactions/${encodeURIComponent('👍')}`, {}],
      ['PUT', `${at}/pins/${fromAnn}`, {}],
      ['POST', '/api/messages/forward', { messageIds: [noted.message.id], to: [chat], withNames: true }],
      ['POST', '/api/uploads', { conversationId: chat, name: 'a.txt', mime: 'text/plain', size: 3, kind: 'file' }],
    ]
    for (const [method, path, body] of attempts)
      expect([method, path, await refused(person.request(method, path, body))]).toEqual([method, path, FORBIDDEN])
    const socket = await person.connect()
    const answer = await socket.request('message.send', { conversationId: chat, ...text() })
    expect(answer.error?.code).toBe('FORBIDDEN')
    expect(JSON.stringify(answer).includes('block')).toBe(person === ann)
    await socket.close()
  })

  it('refuses a scheduled message at its time', async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString()
    const { scheduled } = await ok(bob.post('/api/scheduled', { conversationId: chat, at, ...text() }))
    await ok(bob.request('PATCH', `/api/scheduled/${scheduled.id}`, { now: true }))
    const stateOf = async () => (await ok(bob.get('/api/scheduled'))).scheduled.map((one: Scheduled) => one.state)
    await expect.poll(stateOf, { timeout: 30_000 }).toEqual(['refused'])
  })

  it('keeps what was written, and lets its author delete it', async () => {
    const { messages } = await ok(ann.get(`/api/conversations/${chat}/messages`))
    expect(messages.map(({ id }: { id: string }) => id)).toEqual([fromAnn, fromBob])
    const { id } = await cy.send((await cy.chatWith(ann)).id, 'will be deleted')
    await block(ann, cy)
    await ok(cy.request('DELETE', `/api/conversations/${(await cy.chatWith(ann)).id}/messages/${id}`))
    await unblock(ann, cy)
  })

  it('is told to the blocker alone', async () => {
    const mine = await viewOf(ann)
    expect(mine.me.block).toBe('mine')
    expect(mine.me.rights).toEqual(['deleteOwn'])
    const theirs = await viewOf(bob)
    expect(theirs.me.block).toBeUndefined()
    expect(theirs.me.rights).toContain('sendText')
    expect(JSON.stringify([theirs, await ok(bob.get('/api/blocks'))])).not.toMatch(/block"|theirs/)
    expect((await ok(ann.get('/api/blocks'))).users.map(({ id }: { id: string }) => id)).toEqual([bob.user.id])
  })

  it('hides typing, reading and presence from both, and shows presence again at its end', async () => {
    await unblock(ann, bob)
    const [forAnn, forBob] = await Promise.all([ann.connect(), bob.connect()])
    const watch = async () => {
      const { data } = await forBob.request('presence.watch', { userIds: [ann.user.id, cy.user.id] })
      return data.presence[ann.user.id]
    }
    expect(await watch()).toEqual({ online: true, lastSeenAt: null })
    await block(ann, bob)
    await forBob.next('presence', ({ userId, online }) => userId === ann.user.id && !online)
    expect(await watch()).toEqual({ online: false, lastSeenAt: null })

    expect((await forBob.request('typing.set', { conversationId: chat, typing: true })).ok).toBe(true)
    expect((await forAnn.request('typing.set', { conversationId: chat, typing: true })).ok).toBe(true)
    expect((await forAnn.request('conversation.read', { conversationId: chat, seq: 2 })).ok).toBe(true)
    await forAnn.next('read.updated', ({ userId }) => userId === ann.user.id)
    // Events come in one order, so what is not there before this message was not sent.
    await ann.send(group.id, 'a marker')
    for (const socket of [forAnn, forBob]) {
      await socket.next('message.created', ({ message }) => message.text === 'a marker')
      expect(socket.all('typing')).toEqual([])
    }
    expect(forBob.all('read.updated')).toEqual([])

    await unblock(ann, bob)
    await forBob.until(() => forBob.all('presence').at(-1)?.online === true)
    await block(ann, bob)
    await Promise.all([forAnn.close(), forBob.close()])
  })

  it('hides when the blocker was last seen, wherever people are listed', async () => {
    const lastSeen = async (path: string, find: (body: any) => any) =>
      find((await ok(bob.get(path))) as unknown).lastSeenAt
    const isAnn = ({ id }: { id: string }) => id === ann.user.id
    await expect
      .poll(async () => (await ok(cy.get(`/api/users/${ann.user.id}`))).user.lastSeenAt, { timeout: 30_000 })
      .not.toBeNull()
    expect([
      await lastSeen(`/api/users/${ann.user.id}`, ({ user }) => user),
      await lastSeen(`/api/users?q=${ann.user.username}`, ({ users }) => users.find(isAnn)),
      await lastSeen(
        group.path('/members'),
        ({ members }) => members.find(({ user }: { user: { id: string } }) => isAnn(user)).user,
      ),
      await lastSeen(
        '/api/conversations',
        ({ conversations }) => conversations.find(({ id }: { id: string }) => id === chat).peer,
      ),
    ]).toEqual([null, null, null, null])
  })

  it('keeps the blocked person from adding the blocker to a group, in the words of a group that one joins', async () => {
    const own = await TestGroup.make(bob, [])
    const added = await bob.post(own.path('/members'), { userIds: [ann.user.id] })
    const made = await bob.post('/api/conversations', { kind: 'group', name: 'Trap', memberIds: [ann.user.id] })
    for (const { status, body } of [added, made]) {
      expect([status, body.data.code]).toEqual(FORBIDDEN)
      expect(JSON.stringify(body)).not.toContain('block')
    }
    // In a group that both are in, nothing changes.
    await bob.send(group.id, 'both read this')
  })
})

it('keeps both from beginning a conversation, and holds in one that is begun at the same time', async () => {
  const [dee, eli] = await people(server.url, 'Dee', 'Eli')
  await block(dee, eli)
  for (const [person, other] of [
    [eli, dee],
    [dee, eli],
  ] as const)
    expect(await refused(person.post('/api/conversations', { kind: 'direct', userId: other.user.id }))).toEqual(
      FORBIDDEN,
    )
  await unblock(dee, eli)
  const [begun] = await Promise.all([
    eli.post('/api/conversations', { kind: 'direct', userId: dee.user.id }),
    block(dee, eli),
  ])
  if (begun.status === 201)
    expect(await refused(eli.post(`/api/conversations/${begun.body.conversation.id}/messages`, text()))).toEqual(
      FORBIDDEN,
    )
})

it('refuses to block oneself and somebody unknown', async () => {
  expect(await refused(ann.request('PUT', `/api/blocks/${ann.user.id}`))).toEqual([422, 'INVALID'])
  expect(await refused(ann.request('PUT', `/api/blocks/${'f'.repeat(24)}`))).toEqual([404, 'NOT_FOUND'])
})

it('decides as if the blocks were asked for each time, whatever is blocked and lifted in between', async () => {
  const pair = await people(server.url, 'Fay', 'Gus')
  const { id } = await pair[0].chatWith(pair[1])
  const blocks = new Set<Person>()
  const chance = new Chance(7)
  for (let step = 0; step < 80; step++) {
    const [person, other] = chance.oneIn(2) ? pair : [pair[1], pair[0]]
    if (chance.oneIn(2)) {
      const isBlocking = chance.oneIn(2)
      if (isBlocking) blocks.add(person)
      else blocks.delete(person)
      await (isBlocking ? block(person, other) : unblock(person, other))
    } else {
      const { status } = await person.post(`/api/conversations/${id}/messages`, text())
      expect([step, status]).toEqual([step, blocks.size > 0 ? 403 : 201])
    }
  }
})
