import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { newClientId, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cy: Person
let eve: Person
let group: TestGroup

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT_FACTOR: '10' })
  ;[ann, bob, cy, eve] = await people(server.url, 'Ann', 'Bob', 'Cy', 'Eve')
  group = await TestGroup.make(ann, [bob, cy])
})
afterAll(() => server.discard())

const reply = async (person: Person, to: Message, text: string) => {
  const input = { clientId: newClientId(), text, replyToId: to.id }
  return (await ok(person.post(`/api/conversations/${to.conversationId}/messages`, input))).message as Message
}
const threadPath = ({ conversationId, id }: Message, query = '') =>
  `/api/conversations/${conversationId}/messages/${id}/thread${query}`
const thread = async (person: Person, message: Message, query = '') =>
  (await ok(person.get(threadPath(message, query)))) as { messages: Message[]; hasMore: boolean }
const textsOf = async (person: Person, message: Message, query = '') =>
  (await thread(person, message, query)).messages.map(({ text }) => text)
const stored = async (person: Person, { id }: Message) => (await group.history(person)).find((one) => one.id === id)!
const remove = (person: Person, { conversationId, id }: Message) =>
  ok(person.request('DELETE', `/api/conversations/${conversationId}/messages/${id}`))

describe('a thread', () => {
  it('has the answers to a message and to its answers, which stay in the chat, and counts them for everyone', async () => {
    const root = await ann.send(group.id, 'root')
    const socket = await cy.connect()
    const counted = socket.next('message.updated', ({ message }) => message.replies === 2)
    const one = await reply(bob, root, 'one')
    expect(one).toMatchObject({ threadId: root.id, replies: 0 })
    const two = await reply(cy, one, 'two')
    expect(two).toMatchObject({ threadId: root.id, replyTo: { id: one.id } })
    expect((await counted).message).toMatchObject({ id: root.id, threadId: null, replies: 2 })
    for (const message of [root, one, two]) expect(await textsOf(bob, message)).toEqual(['root', 'one', 'two'])
    expect((await group.history(bob)).slice(-3).map(({ text }) => text)).toEqual(['root', 'one', 'two'])
    // Sent again, an answer does not count twice.
    const input = { clientId: two.clientId, text: 'two', replyToId: one.id }
    expect((await cy.post(group.path('/messages'), input)).status).toBe(200)
    expect((await stored(ann, root)).replies).toBe(2)
    await remove(bob, one)
    expect((await stored(ann, root)).replies).toBe(1)
    await remove(bob, one)
    expect((await stored(ann, root)).replies).toBe(1)
    const other = await ann.send(group.id, 'alone')
    expect(await thread(bob, other)).toEqual({ messages: [other], hasMore: false })
    await socket.close()
  })

  it('is read in pages, from both ends', async () => {
    const root = await ann.send(group.id, 'start')
    const answers: Message[] = []
    for (const text of ['1', '2', '3', '4', '5']) answers.push(await reply(bob, root, text))
    expect(await thread(cy, root, '?limit=2')).toMatchObject({
      hasMore: true,
      messages: [{ text: '4' }, { text: '5' }],
    })
    expect(await textsOf(cy, root, `?limit=3&before=${answers[3]!.seq}`)).toEqual(['1', '2', '3'])
    expect(await textsOf(cy, root, `?limit=9&before=${answers[1]!.seq}`)).toEqual(['start', '1'])
    expect(await textsOf(cy, root, `?limit=2&after=${answers[1]!.seq}`)).toEqual(['3', '4'])
    expect(await refused(cy.get(threadPath(root, '?before=1&after=1')))).toEqual([422, 'INVALID'])
    expect(await refused(cy.get(threadPath(root, '?limit=0')))).toEqual([422, 'INVALID'])
  })

  it('stays when its first message is deleted, which then counts nothing', async () => {
    const root = await ann.send(group.id, 'gone soon')
    const one = await reply(bob, root, 'still here')
    await remove(ann, root)
    expect(await stored(bob, root)).toMatchObject({ replies: 0, text: '' })
    await reply(cy, one, 'and here')
    expect((await stored(bob, root)).replies).toBe(0)
    expect(await textsOf(bob, one)).toEqual(['', 'still here', 'and here'])
  })

  it('is hidden from strangers, and from newcomers as far as the history is', async () => {
    const root = await ann.send(group.id, 'ours')
    expect(await refused(eve.get(threadPath(root)))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(ann.get(threadPath({ ...root, id: 'f'.repeat(24) })))).toEqual([404, 'NOT_FOUND'])
    const closed = await TestGroup.make(ann, [bob])
    const hidden = await ann.send(closed.id, 'before Cy')
    await ok(closed.add(ann, cy))
    await ok(closed.change(ann, { settings: { history: 'joined' } }))
    const socket = await cy.connect()
    const seen = await reply(bob, hidden, 'after Cy')
    expect(await textsOf(cy, seen)).toEqual(['after Cy'])
    expect(await textsOf(bob, seen)).toEqual(['before Cy', 'after Cy'])
    expect(await refused(cy.get(threadPath(hidden)))).toEqual([404, 'NOT_FOUND'])
    await socket.request('ping')
    expect(JSON.stringify(socket.events)).not.toContain('before Cy')
    await socket.close()
  })

  it('counts the answers of 20 people at the same moment', async () => {
    const root = await ann.send(group.id, 'everybody?')
    const senders = Array.from({ length: 20 }, (_, index) => [ann, bob, cy][index % 3]!)
    await Promise.all(senders.map((person, index) => reply(person, root, `answer ${index}`)))
    expect((await stored(bob, root)).replies).toBe(20)
    expect(await textsOf(bob, root)).toHaveLength(21)
  })
})

describe('who has read a message', () => {
  const readersOf = async (person: Person, { conversationId, id }: Message, query = '') =>
    (await ok(person.get(`/api/conversations/${conversationId}/messages/${id}/readers${query}`))) as {
      users: { id: string }[]
      next: string | null
    }

  it('is listed in pages, without its sender and those who came later', async () => {
    const own = await TestGroup.make(ann, [bob, cy])
    const message = await ann.send(own.id, 'read this')
    expect(await readersOf(ann, message)).toEqual({ users: [], next: null })
    for (const person of [bob, cy]) await ok(person.request('PUT', own.path('/read'), { seq: message.seq }))
    await ok(own.add(ann, eve))
    const ids = [bob.user.id, cy.user.id].toSorted()
    expect((await readersOf(bob, message)).users.map(({ id }) => id)).toEqual(ids)
    const page = await readersOf(ann, message, '?limit=1')
    expect([page.users[0]!.id, page.next]).toEqual([ids[0], ids[0]])
    expect((await readersOf(ann, message, `?limit=1&after=${page.next}`)).users[0]!.id).toBe(ids[1])
    const [stranger] = await people(server.url, 'Stranger')
    expect(await refused(stranger.get(own.path(`/messages/${message.id}/readers`)))).toEqual([404, 'NOT_FOUND'])
  })

  it('has the time of the last step, for both people of a direct chat', async () => {
    const { id } = await ann.chatWith(eve)
    const [, second] = [await ann.send(id, 'one'), await ann.send(id, 'two')]
    const before = Date.now()
    await ok(eve.request('PUT', `/api/conversations/${id}/read`, { seq: second.seq }))
    const { members } = await ok(ann.get(`/api/conversations/${id}`))
    const { lastRead } = members.find(({ user }: { user: { id: string } }) => user.id === eve.user.id)
    expect(lastRead.after).toBe(0)
    expect(Math.abs(Date.parse(lastRead.at) - before)).toBeLessThan(60_000)
  })
})
