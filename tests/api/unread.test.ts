import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Conversation } from '#shared/schemas/conversation'
import { TestGroup, ok, people } from '../support/groups/group'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cleo: Person

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cleo] = await people(server.url, 'Ann', 'Bob', 'Cleo')
})
afterAll(() => server?.stop())

/** What a person has unread in a conversation, as the list and the conversation itself tell. */
async function unread(person: Person, id: string): Promise<number> {
  const { conversations } = await ok(person.get('/api/conversations'))
  const { conversation } = await ok(person.get(`/api/conversations/${id}`))
  const listed = conversations.find((one: Conversation) => one.id === id)
  expect(listed.me.unread).toBe(conversation.me.unread)
  return conversation.me.unread
}

const remove = (person: Person, chat: string, message: string) =>
  ok(person.request('DELETE', `/api/conversations/${chat}/messages/${message}`))

it('does not count a deleted message, whoever deleted it', async () => {
  const { id } = await ann.chatWith(bob)
  const [first, second] = [await ann.send(id, 'one'), await ann.send(id, 'two')]
  const own = await bob.send(id, 'mine')
  await ann.send(id, 'three')
  expect(await unread(bob, id)).toBe(3)
  await remove(ann, id, second.id)
  expect(await unread(bob, id)).toBe(2)
  // One's own never counted, deleted or not.
  await remove(bob, id, own.id)
  expect(await unread(bob, id)).toBe(2)
  await remove(ann, id, first.id)
  expect(await unread(bob, id)).toBe(1)
  await ok(bob.request('PUT', `/api/conversations/${id}/read`, { seq: second.seq }))
  expect(await unread(bob, id)).toBe(1)
  expect(await unread(ann, id)).toBe(0)
})

it('never counts system messages', async () => {
  const group = await TestGroup.make(ann, [bob], 'A group')
  expect(await unread(bob, group.id)).toBe(0)
  await ok(group.change(ann, { name: 'Another name' }))
  await ok(group.add(ann, cleo))
  const hello = (await ok(group.post(ann, 'hello'))).message
  await ok(group.change(ann, { name: 'A third name' }))
  expect([await unread(bob, group.id), await unread(cleo, group.id)]).toEqual([1, 1])
  await remove(ann, group.id, hello.id)
  expect([await unread(bob, group.id), await unread(cleo, group.id)]).toEqual([0, 0])
})

it('is in the event of a changed conversation', async () => {
  const group = await TestGroup.make(ann, [bob], 'Told')
  const messages = [await ok(group.post(ann, 'one')), await ok(group.post(ann, 'two'))]
  await remove(ann, group.id, messages[0].message.id)
  const socket = await bob.connect()
  await ok(group.change(ann, { name: 'Told anew' }))
  const told = await socket.next('conversation.updated', ({ conversation }) => conversation.name === 'Told anew')
  expect(told.conversation.me.unread).toBe(1)
  await socket.close()
})
