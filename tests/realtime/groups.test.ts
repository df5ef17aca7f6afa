import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'
import { accept, ok, people, TestGroup } from '../support/groups/group'

let server: TestServer
let owner: Person
let admin: Person
let bob: Person
let eve: Person
let group: TestGroup

beforeAll(async () => {
  server = await startServer()
  ;[owner, admin, bob, eve] = await people(server.url, 'Owner', 'Admin', 'Bob', 'Eve')
  group = await TestGroup.make(owner, [admin, bob])
  await ok(group.changeMember(owner, admin, { role: 'admin' }))
})
afterAll(() => server.stop())

/** Everything of a group that has come over a socket, after a place in what came. */
const heard = (socket: TestSocket, id: string, from = 0) =>
  socket.events
    .slice(from)
    .filter((event) => JSON.stringify(event).includes(id))
    .map(({ type }) => type)
const closeAll = (...sockets: TestSocket[]) => Promise.all(sockets.map((socket) => socket.close()))
/** What was sent to a socket by now has come when this is answered. */
const settled = (...sockets: TestSocket[]) => Promise.all(sockets.map((socket) => socket.request('ping')))

describe('a change reaches open sockets', () => {
  it('of a role: the member gets their new rights, the others get the member', async () => {
    const [bobSocket, otherSocket] = await Promise.all([bob.connect(), owner.connect()])
    await ok(group.changeMember(admin, bob, { role: 'moderator' }))
    const { conversation } = await bobSocket.next(
      'conversation.updated',
      (data) => data.conversation.me.role === 'moderator',
    )
    expect(conversation.me.rights).toEqual(expect.arrayContaining(['ban', 'restrict', 'invite']))
    const { member } = await otherSocket.next('member.updated', (data) => data.member.user.id === bob.user.id)
    expect(member).toMatchObject({ role: 'moderator', allow: [], deny: [], until: null })
    await settled(otherSocket)
    expect(otherSocket.all('conversation.updated')).toEqual([])
    await ok(group.changeMember(admin, bob, { role: 'member' }))
    await bobSocket.next('conversation.updated', (data) => !data.conversation.me.rights.includes('ban'))
    await closeAll(bobSocket, otherSocket)
  })

  it('of a restriction, with its end, and when it is lifted', async () => {
    const bobSocket = await bob.connect()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    await ok(group.changeMember(admin, bob, { deny: ['sendText'], until }))
    const { conversation } = await bobSocket.next('conversation.updated')
    expect(conversation.me).toMatchObject({ deny: ['sendText'], until })
    expect(conversation.me.rights).not.toContain('sendText')
    expect((await group.post(bob)).status).toBe(403)
    await ok(group.changeMember(admin, bob, { deny: [], until: null }))
    await bobSocket.next('conversation.updated', (data) => data.conversation.me.rights.includes('sendText'))
    expect((await group.post(bob)).status).toBe(201)
    await bobSocket.close()
  })

  it('of a restriction that ends by itself', async () => {
    await ok(group.changeMember(admin, bob, { deny: ['sendText'], until: new Date(Date.now() + 700).toISOString() }))
    expect((await group.post(bob)).status).toBe(403)
    await expect.poll(async () => (await group.seenBy(bob)).me.rights).toContain('sendText')
    expect((await group.seenBy(bob)).me).toMatchObject({ deny: [], until: null })
    expect((await group.post(bob)).status).toBe(201)
  })

  it('of permissions and settings: each member gets what they can do now', async () => {
    const sockets = await Promise.all([owner, admin, bob].map((person) => person.connect()))
    await ok(group.change(admin, { permissions: { sendText: 'moderator' }, settings: { slowModeSeconds: 5 } }))
    const roles = await Promise.all(
      sockets.map((socket) =>
        socket.next('conversation.updated', (data) => data.conversation.settings.slowModeSeconds === 5),
      ),
    )
    expect(roles.map(({ conversation }) => conversation.me.rights.includes('sendText'))).toEqual([true, true, false])
    for (const { conversation } of roles) expect(conversation.permissions.sendText).toBe('moderator')
    await ok(group.change(admin, { permissions: { sendText: 'member' }, settings: { slowModeSeconds: 0 } }))
    await closeAll(...sockets)
  })

  it.each(['removed', 'banned', 'left', 'deleted'])('%s', async (reason) => {
    const team = await TestGroup.make(owner, [bob, admin])
    const [bobSocket, bobOther, otherSocket] = await Promise.all([bob.connect(), bob.connect(), admin.connect()])
    if (reason === 'removed') await ok(team.remove(owner, bob))
    if (reason === 'banned') await ok(team.ban(owner, bob))
    if (reason === 'left') await ok(team.remove(bob, bob))
    if (reason === 'deleted') await ok(owner.request('DELETE', team.path()))
    for (const socket of [bobSocket, bobOther])
      expect(await socket.next('conversation.removed')).toEqual({ conversationId: team.id, reason })
    if (reason !== 'deleted') {
      const { member } = await otherSocket.next('member.left')
      expect(member.user.id).toBe(bob.user.id)
      expect((await team.seenBy(admin)).memberCount).toBe(2)
    } else {
      expect(await otherSocket.next('conversation.removed')).toEqual({ conversationId: team.id, reason })
    }
    expect((await bob.get(team.path())).status).toBe(404)
    expect((await bob.post('/api/sync', { conversations: { [team.id]: 1 } })).body.removed).toEqual([team.id])
    await closeAll(bobSocket, bobOther, otherSocket)
  })

  it('of members: newcomers get the conversation before its messages; the others get the new members', async () => {
    const [added, joined] = await people(server.url, 'Added', 'Joined')
    const sockets = await Promise.all([added, joined].map((person) => person.connect()))
    const bobSocket = await bob.connect()
    const { token } = await group.invite(owner)
    await ok(group.add(owner, added))
    await ok(accept(joined, token))
    const last = await bob.send(group.id, 'welcome')
    for (const socket of sockets) {
      await socket.next('message.created', ({ message }) => message.id === last.id)
      expect(heard(socket, group.id)[0]).toBe('conversation.created')
      expect(heard(socket, group.id).filter((type) => type === 'conversation.created')).toHaveLength(1)
    }
    const came = bobSocket.all('member.joined').map(({ member }) => member.user.id)
    expect(came).toEqual([added.user.id, joined.user.id])
    // The notices are part of the count.
    const seqs = bobSocket.all('message.created').map(({ message }) => message.seq)
    expect(seqs).toEqual([last.seq - 2, last.seq - 1, last.seq])
    await ok(group.remove(owner, added))
    await closeAll(...sockets, bobSocket)
  })
})

describe('an event after a removal', () => {
  it('never reaches the removed person, on any of their devices, while three people write', async () => {
    const crowd = await Promise.all(Array.from({ length: 4 }, (_, index) => register(server.url, `Removed ${index}`)))
    const busy = await TestGroup.make(owner, [admin, bob, ...crowd])
    await ok(busy.changeMember(owner, admin, { role: 'admin' }))
    const senders = await Promise.all([owner, admin, bob].map((person) => person.connect()))
    const theirs = await Promise.all(crowd.flatMap((person) => [person.connect(), person.connect()]))
    const watcher = senders[0]!
    const removals = new Map<string, number>()
    const stream = { going: true }
    const first = await owner.send(busy.id, 'to be edited')
    const streams = senders.map(async (socket) => {
      for (let count = 0; stream.going; count++) {
        await socket.request('message.send', { conversationId: busy.id, clientId: newClientId(), text: 'streaming' })
        void socket.request('typing.set', { conversationId: busy.id, typing: count % 2 === 0 })
        await socket.request('conversation.read', { conversationId: busy.id, seq: count })
        if (socket === watcher) await busy.edit(owner, first.id, `edited ${count}`)
      }
    })
    for (const [index, person] of crowd.entries()) {
      const before = watcher.all('message.created').length
      await watcher.until(() => watcher.all('message.created').length > before + 5)
      // The person is not idle either: what they change for themselves now is announced to them by name.
      const own = [true, false, true, false].map((pinned) => person.request('PATCH', busy.path('/me'), { pinned }))
      await ok(index % 2 === 0 ? busy.remove(owner, person) : busy.ban(admin, person))
      // What is sent from here on has a greater seq than all that was published before.
      const { message } = await ok(busy.post(owner, `what ${person.user.username} may not know`))
      removals.set(person.user.id, message.seq)
      await Promise.all(own)
    }
    stream.going = false
    await Promise.all(streams)
    await settled(...theirs)
    for (const [index, socket] of theirs.entries()) {
      const person = crowd[Math.floor(index / 2)]!
      const removedAt = socket.events.findIndex(({ type }) => type === 'conversation.removed')
      expect(removedAt).toBeGreaterThan(0)
      expect(heard(socket, busy.id, removedAt + 1)).toEqual([])
      const seqs = socket.all('message.created').map(({ message }) => message.seq)
      // All that came before, in order, and nothing after.
      expect(seqs).toEqual(seqs.map((_, place) => seqs[0]! + place))
      expect(seqs.at(-1)).toBeLessThan(removals.get(person.user.id)!)
      expect(seqs.length).toBeGreaterThan(0)
      expect(JSON.stringify(socket.events)).not.toContain(`what ${person.user.username}`)
    }
    await closeAll(...senders, ...theirs)
  })

  it('is not caused by the removed person, whose messages are refused', async () => {
    const team = await TestGroup.make(owner, [eve])
    const socket = await eve.connect()
    const sent = Array.from({ length: 30 }, (_, index) => {
      const asked = socket.request('message.send', {
        conversationId: team.id,
        clientId: newClientId(),
        text: `${index}`,
      })
      return index === 10 ? team.remove(owner, eve).then(() => asked) : asked
    })
    const answers = await Promise.all(sent)
    const { length } = answers.filter(({ ok }) => ok)
    const texts = (await team.history(owner)).filter(({ kind }) => kind === 'text')
    expect(texts).toHaveLength(length)
    for (const answer of answers) if (!answer.ok) expect(answer.error!.code).toBe('NOT_FOUND')
    expect(
      (await socket.request('message.send', { conversationId: team.id, clientId: newClientId(), text: 'late' })).error!
        .code,
    ).toBe('NOT_FOUND')
    await socket.close()
  })

  it('reaches them when they are members again', async () => {
    const team = await TestGroup.make(owner, [eve])
    const socket = await eve.connect()
    await ok(team.ban(owner, eve))
    await ok(team.unban(owner, eve))
    await owner.send(team.id, 'between')
    await ok(team.add(owner, eve))
    const back = await owner.send(team.id, 'back')
    await socket.next('message.created', ({ message }) => message.id === back.id)
    expect(socket.all('message.created').map(({ message }) => message.text)).not.toContain('between')
    expect(heard(socket, team.id)).toEqual([
      'conversation.removed',
      'conversation.created',
      'message.created',
      'message.created',
    ])
    await socket.close()
  })
})
