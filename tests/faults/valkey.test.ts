import { expect, it } from 'vitest'
import { newClientId, Person, register } from '../support/person'
import { allMessages, range } from '../support/sends'
import type { TestServer } from '../support/server'
import { startTasks } from '../support/tasks'

/** Asks until the server says what is awaited of it; answers the reason it gives. */
async function untilReady(server: TestServer, ready: boolean): Promise<string | undefined> {
  for (;;) {
    const { status, body } = await new Person(server.url).get('/api/ready')
    expect(body.ready).toBe(status === 200)
    if (body.ready === ready) return body.reason
  }
}

it('when Valkey is killed and started again, no message is lost, and every client is told to sync', async () => {
  const { servers, valkey } = await startTasks(2)
  const [here, there] = servers as [TestServer, TestServer]
  const [ann, near, bob] = [await register(here.url), await register(here.url), await register(there.url)]
  const memberIds = [near.user.id, bob.user.id]
  const group = (await ann.post('/api/conversations', { kind: 'group', name: 'Group', memberIds })).body.conversation.id
  const sockets = await Promise.all([ann, near, bob].map((person) => person.connect()))
  const [anns, nears, bobs] = sockets as [(typeof sockets)[0], (typeof sockets)[0], (typeof sockets)[0]]
  let count = 0
  const send = (socket = anns) =>
    socket.request('message.send', { conversationId: group, clientId: newClientId(), text: `message ${++count}` })
  await Promise.all(range(1, 20).map(() => send()))

  // Messages are under way while it dies, and go on being sent while it is dead.
  const underWay = range(1, 20).map(() => send())
  await valkey.kill()
  expect((await Promise.all(underWay)).every(({ ok }) => ok)).toBe(true)
  for (const server of servers) expect(await untilReady(server, false)).toBe('bus')
  expect((await new Person(here.url).get('/api/health')).status).toBe(200)
  const alone = await Promise.all(range(1, 20).map(() => send()))
  expect(alone.every(({ ok }) => ok)).toBe(true)
  expect((await Promise.all(range(1, 5).map(() => send(bobs)))).every(({ ok }) => ok)).toBe(true)
  // Those on the same task have everything, as it comes.
  const sentHere = alone.map(({ data }) => data.message.id)
  await nears.until(() => sentHere.every((id) => nears.all('message.created').some(({ message }) => message.id === id)))

  await valkey.start()
  for (const server of servers) await untilReady(server, true)
  for (const socket of sockets) await socket.next('resync')
  const stored = await allMessages(bob, group)
  const texts = stored.filter(({ kind }) => kind === 'text').map(({ text }) => text)
  expect(texts.toSorted()).toEqual(
    range(1, count)
      .map((index) => `message ${index}`)
      .toSorted(),
  )
  // A client that is told to sync does this, and then has everything.
  const seen = bobs.all('message.created').map(({ message }) => message)
  const rev = 0
  const { data } = await bobs.request('sync', { conversations: { [group]: rev } })
  expect(data.changes[group].messages).toEqual(stored)
  expect(seen.every((message) => stored.some(({ id }) => id === message.id))).toBe(true)

  // And it goes on as before, across.
  const after = (await send()).data.message
  await bobs.next('message.created', ({ message }) => message.id === after.id)
  await Promise.all(sockets.map((socket) => socket.close()))
})

it('a person who was removed while Valkey was down gets nothing more on any task, then and later', async () => {
  const { servers, valkey } = await startTasks(2)
  const [here, there] = servers as [TestServer, TestServer]
  const [owner, removed, other] = [await register(here.url), await register(there.url), await register(there.url)]
  const memberIds = [removed.user.id, other.user.id]
  const group = (await owner.post('/api/conversations', { kind: 'group', name: 'Group', memberIds })).body.conversation
    .id
  const [victim, others] = [await removed.connect(), await other.connect()]
  await valkey.kill()
  for (const server of servers) await untilReady(server, false)
  expect((await owner.request('DELETE', `/api/conversations/${group}/members/${removed.user.id}`)).status).toBe(204)
  const during = await other.send(group, 'while it is away')
  await others.next('message.created', ({ message }) => message.id === during.id)
  await valkey.start()
  for (const server of servers) await untilReady(server, true)
  await victim.next('resync')
  const after = await owner.send(group, 'afterwards')
  await others.next('message.created', ({ message }) => message.id === after.id)
  const direct = (await other.chatWith(removed)).id
  const last = await other.send(direct, 'last')
  await victim.next('message.created', ({ message }) => message.id === last.id)
  expect(victim.all('message.created').filter(({ message }) => message.conversationId === group)).toEqual([])
  await Promise.all([victim.close(), others.close()])
})

it('limits hold by each task’s own count while Valkey is down', async () => {
  const { servers, valkey } = await startTasks(1, { RATE_LIMIT_FACTOR: '1' })
  await valkey.kill()
  await untilReady(servers[0]!, false)
  const statuses: number[] = []
  for (const _ of range(1, 12)) {
    const attempt = new Person(servers[0]!.url).post('/api/auth/login', {
      login: 'somebody',
      password: 'wrong password',
    })
    statuses.push((await attempt).status)
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
})
