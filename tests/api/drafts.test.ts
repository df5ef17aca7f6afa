import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { register, signIn, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

let server: TestServer
let ann: Person
let bob: Person
/** Another device of Ann's, and one of Bob's. */
let device: TestSocket
let peer: TestSocket
let chat: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
})
afterAll(() => server.stop())
beforeEach(async () => {
  device = await (await signIn(ann)).connect()
  peer = await bob.connect()
  return () => Promise.all([device.close(), peer.close()])
})

const save = (body: object, person = ann, id = chat) => person.request('PUT', `/api/conversations/${id}/draft`, body)
/** The draft as the conversation, the list and a sync tell it. */
async function drafts(person = ann) {
  const of = ({ conversations }: any) => conversations.find(({ id }: any) => id === chat).me.draft
  return [
    (await person.get(`/api/conversations/${chat}`)).body.conversation.me.draft,
    of((await person.get('/api/conversations')).body),
    of((await person.post('/api/sync', { conversations: {} })).body),
  ]
}
const each = (draft: unknown) => [draft, draft, draft]

describe('a draft', () => {
  it('reaches the person’s devices and answers, and nobody else', async () => {
    const { id: replyToId } = await bob.send(chat, 'question')
    expect((await save({ text: 'half a\nthought', replyToId })).status).toBe(204)
    const { draft, conversationId } = await device.next('draft.updated')
    expect([conversationId, draft]).toEqual([
      chat,
      { text: 'half a\nthought', replyToId, updatedAt: expect.any(String) },
    ])
    expect(await drafts()).toEqual(each(draft))
    expect(await drafts(bob)).toEqual(each(null))
    await peer.request('ping', {})
    expect(peer.all('draft.updated')).toEqual([])
    expect((await bob.get(`/api/conversations/${chat}/members`)).body.members[0]).not.toHaveProperty('draft')
  })

  it('is replaced by the next one, and removed by an empty one', async () => {
    await save({ text: 'one' })
    await save({ text: 'two', replyToId: null })
    expect((await drafts())[0]).toMatchObject({ text: 'two', replyToId: null })
    await save({ text: '' })
    await device.next('draft.updated', ({ draft }) => draft === null)
    expect(await drafts()).toEqual(each(null))
  })

  it('ends with a message of its author, not with those of others', async () => {
    await save({ text: 'half' })
    await bob.send(chat, 'hello')
    expect((await drafts())[0]).toMatchObject({ text: 'half' })
    await ann.send(chat, 'whole')
    expect(await drafts()).toEqual(each(null))
    await save({ text: 'next' })
    expect((await drafts())[0]).toMatchObject({ text: 'next' })
    await save({ text: '' })
  })

  it('has the bounds of a message, and may be blank', async () => {
    expect((await save({ text: 'x'.repeat(8_000) })).status).toBe(204)
    expect((await save({ text: '  ' })).status).toBe(204)
    for (const body of [
      { text: 'x'.repeat(8_001) },
      { text: 1 },
      {},
      { text: '', replyToId: 'x' },
      { text: '', at: 1 },
    ]) {
      const answer = await save(body)
      expect([answer.status, answer.body.data.code]).toEqual([422, 'INVALID'])
    }
  })

  it('is refused for strangers, and gone after leaving', async () => {
    const eve = await register(server.url, 'Eve')
    expect((await save({ text: 'x' }, eve)).status).toBe(404)
    const input = { kind: 'group', name: 'Team', memberIds: [bob.user.id] }
    const { id } = (await ann.post('/api/conversations', input)).body.conversation
    await save({ text: 'secret plan' }, bob, id)
    await ann.request('DELETE', `/api/conversations/${id}/members/${bob.user.id}`)
    expect((await save({ text: 'x' }, bob, id)).status).toBe(404)
    await ann.post(`/api/conversations/${id}/members`, { userIds: [bob.user.id] })
    expect((await bob.get(`/api/conversations/${id}`)).body.conversation.me.draft).toBe(null)
  })
})
