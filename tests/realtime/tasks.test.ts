import { expect, it } from 'vitest'
import { newClientId, Person, register, signIn } from '../support/person'
import { allMessages, range } from '../support/sends'
import { startServer } from '../support/server'
import { startTasks } from '../support/tasks'

// Two real servers, one database, one Valkey: what one person does at one of them, the other sees at the other.

const send = (socket: Awaited<ReturnType<Person['connect']>>, conversationId: string, text: string) =>
  socket.request('message.send', { conversationId, clientId: newClientId(), text })

it('messages reach all tasks in one order, wherever they are sent', async () => {
  const { servers } = await startTasks(2)
  const [here, there] = servers.map(({ url }) => url) as [string, string]
  const [ann, bob] = [await register(here), await register(there)]
  const [anns, bobs] = [await ann.connect(), await bob.connect()]
  const chat = (await ann.chatWith(bob)).id
  await bobs.next('conversation.created', ({ conversation }) => conversation.id === chat)

  // Both talk at the same time: at once, and each as fast as the answers come.
  const talk = async (socket: typeof anns) => {
    for (const index of range(1, 100)) expect((await send(socket, chat, `${index}`)).ok).toBe(true)
  }
  const answers = await Promise.all(range(1, 200).map((index) => send(index % 2 ? anns : bobs, chat, `${index}`)))
  expect(answers.every(({ ok }) => ok)).toBe(true)
  await Promise.all([talk(anns), talk(bobs)])
  const stored = await allMessages(bob, chat)
  expect(stored.map(({ seq }) => seq)).toEqual(range(1, 400))
  for (const socket of [anns, bobs]) {
    await socket.until(() => socket.all('message.created').length === 400)
    expect(socket.all('message.created').map(({ message }) => message)).toEqual(stored)
  }
  await Promise.all([anns.close(), bobs.close()])
})

it('typing, reading, edits and deletions reach all tasks', async () => {
  const { servers } = await startTasks(2)
  const [ann, bob] = [await register(servers[0]!.url), await register(servers[1]!.url)]
  const chat = (await ann.chatWith(bob)).id
  const [anns, bobs] = [await ann.connect(), await bob.connect()]
  await anns.request('typing.set', { conversationId: chat, typing: true })
  expect(await bobs.next('typing')).toEqual({ conversationId: chat, userId: ann.user.id, typing: true })
  const { message } = (await send(anns, chat, 'first')).data
  await bobs.request('conversation.read', { conversationId: chat, seq: 1 })
  expect(await anns.next('read.updated')).toEqual({ conversationId: chat, userId: bob.user.id, lastReadSeq: 1 })
  await anns.request('message.edit', { conversationId: chat, messageId: message.id, text: 'second' })
  expect((await bobs.next('message.updated')).message.text).toBe('second')
  await anns.request('message.delete', { conversationId: chat, messageId: message.id })
  await bobs.next('message.updated', (data) => data.message.deletedAt !== null)
  await Promise.all([anns.close(), bobs.close()])
})

it('no event after a removal reaches the removed person, on any task', async () => {
  const { servers } = await startTasks(2)
  const [here, there] = servers.map(({ url }) => url) as [string, string]
  const [owner, removed, other] = [await register(here), await register(there), await register(there)]
  const memberIds = [removed.user.id, other.user.id]
  const group = (await owner.post('/api/conversations', { kind: 'group', name: 'Group', memberIds })).body.conversation
    .id
  const sockets = { owner: await owner.connect(), removed: await removed.connect(), other: await other.connect() }
  for (let round = 0; round < 10; round++) {
    // Others talk all the while, on the task that the removed is on.
    let going = true
    const talking = (async () => {
      while (going) await send(sockets.other, group, `while it happens ${round}`)
    })()
    const answer = await owner.request('DELETE', `/api/conversations/${group}/members/${removed.user.id}`)
    expect(answer.status).toBe(204)
    const after = (await send(sockets.other, group, `after ${round}`)).data.message
    expect((await owner.send(group, `after, from here ${round}`)).seq).toBeGreaterThan(after.seq)
    going = false
    await talking
    // An answer on the same socket, and an event behind everything: what was on its way has come.
    const direct = (await other.chatWith(removed)).id
    const last = await other.send(direct, `last ${round}`)
    await sockets.removed.next('message.created', ({ message }) => message.id === last.id)
    const texts = sockets.removed.all('message.created').map(({ message }) => message.text)
    expect(texts.filter((text) => text.startsWith('after'))).toEqual([])
    const events = sockets.removed.events
    const end = events.findLastIndex(({ type }) => type === 'conversation.removed')
    expect(events.slice(end).filter(({ data }) => data.message?.conversationId === group)).toEqual([])
    // Added again, by the other task: what is sent from then on reaches them.
    expect(
      (await owner.at(there).post(`/api/conversations/${group}/members`, { userIds: [removed.user.id] })).status,
    ).toBe(200)
    const back = await owner.send(group, `back ${round}`)
    await sockets.removed.next('message.created', ({ message }) => message.id === back.id)
  }
  await Promise.all(Object.values(sockets).map((socket) => socket.close()))
})

it('a session that ends on one task ends on the other', async () => {
  const { servers } = await startTasks(2)
  const [here, there] = servers.map(({ url }) => url) as [string, string]
  const laptop = await register(here)
  const phone = (await signIn(laptop)).at(there)
  const [laptops, phones] = [await laptop.connect(), await phone.connect()]
  expect((await phone.get('/api/me')).status).toBe(200)
  const { sessions } = (await laptop.get('/api/me/sessions')).body
  const other = sessions.find(({ current }: { current: boolean }) => !current)
  expect((await laptop.request('DELETE', `/api/me/sessions/${other.id}`)).status).toBe(204)
  expect((await phones.closed).code).toBe(4401)
  // At once, although that task had just seen the session alive.
  expect((await phone.get('/api/me')).status).toBe(401)
  expect((await laptops.request('ping')).ok).toBe(true)
  await laptops.close()
})

it('people are online on all tasks until they have left all of them', async () => {
  const { servers } = await startTasks(2)
  const [here, there] = servers.map(({ url }) => url) as [string, string]
  const [watcher, person] = [await register(here), await register(there)]
  const [watching, far] = [await watcher.connect(), await person.connect()]
  const watch = async () =>
    (await watching.request('presence.watch', { userIds: [person.user.id] })).data.presence[person.user.id]
  expect(await watch()).toEqual({ online: true, lastSeenAt: null })
  const near = await person.at(here).connect()
  await far.close()
  await near.close()
  const left = await watching.next('presence')
  expect(left).toEqual({ userId: person.user.id, online: false, lastSeenAt: expect.any(String) })
  expect(await watch()).toEqual({ online: false, lastSeenAt: left.lastSeenAt })
  const again = await person.connect()
  expect(await watching.next('presence', ({ online }) => online)).toEqual({
    userId: person.user.id,
    online: true,
    lastSeenAt: null,
  })
  // Left once, come once: being at both was no news.
  expect(watching.all('presence').map(({ online }) => online)).toEqual([false, true])
  await Promise.all([watching.close(), again.close()])
})

it('limits count the requests of all tasks together', async () => {
  const { servers } = await startTasks(2, { RATE_LIMIT_FACTOR: '1' })
  const attempt = (index: number) =>
    new Person(servers[index % 2]!.url).post('/api/auth/login', { login: 'somebody', password: 'wrong password' })
  const statuses: number[] = []
  for (const index of range(1, 12)) statuses.push((await attempt(index)).status)
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
})

it('people of a task that ends continue on another one at once', async () => {
  const { servers, environment } = await startTasks(1)
  const [watcher, person] = [await register(servers[0]!.url), await register(servers[0]!.url)]
  const second = await startServer(environment)
  const [watching, far] = [await watcher.connect(), await person.at(second.url).connect()]
  const chat = (await watcher.chatWith(person)).id
  const stopped = second.stop()
  expect((await far.closed).code).toBe(1001)
  const message = await watcher.send(chat, 'while you move')
  const again = await person.connect()
  const { data } = await again.request('sync', { conversations: { [chat]: 0 } })
  expect(data.changes[chat].messages).toEqual([message])
  expect(await stopped).toBe(0)
  await Promise.all([watching.close(), again.close()])
})
