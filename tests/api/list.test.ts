import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mentionOf } from '#shared/domain/text/mentions'
import { register, signIn, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

let server: TestServer
let ann: Person
let bob: Person
/** Another device of Ann's. */
let device: TestSocket
let chat: string

beforeAll(async () => {
  server = await startServer()
  bob = await register(server.url, 'Bob')
})
afterAll(() => server.stop())
beforeEach(async () => {
  ann = await register(server.url, 'Ann')
  device = await (await signIn(ann)).connect()
  chat = (await ann.chatWith(bob)).id
  return () => device.close()
})

const change = (settings: object, id = chat, person = ann) =>
  person.request('PATCH', `/api/conversations/${id}/me`, settings)
const mine = async (id = chat) => (await ann.get(`/api/conversations/${id}`)).body.conversation.me
const told = (test: (me: any) => boolean) =>
  device.next('conversation.updated', ({ conversation }) => test(conversation.me))
const history = async (person: Person, query = '') =>
  (await person.get(`/api/conversations/${chat}/messages${query}`)).body.messages.map(({ text }: any) => text)
const group = async (name: string, memberIds: string[] = []) =>
  (await ann.post('/api/conversations', { kind: 'group', name, memberIds })).body.conversation.id as string

describe('pins', () => {
  const order = (conversationIds: string[]) => ann.request('PUT', '/api/pins', { conversationIds })
  const pinned = async () => {
    const { conversations } = (await ann.get('/api/conversations')).body
    const listed = conversations.filter(({ me }: any) => me.pinned)
    return listed.sort((a: any, b: any) => a.me.pinOrder - b.me.pinOrder).map(({ id }: any) => id)
  }

  it('come newest first until they are ordered, and every device is told', async () => {
    const [one, two, three] = [await group('One'), await group('Two'), await group('Three')]
    for (const id of [one, two, three]) expect((await change({ pinned: true }, id)).status).toBe(200)
    expect(await pinned()).toEqual([three, two, one])
    expect((await order([one, three, two])).status).toBe(204)
    expect(await pinned()).toEqual([one, three, two])
    await device.next(
      'conversation.updated',
      ({ conversation }) => conversation.id === two && conversation.me.pinOrder === 2,
    )
    await change({ pinned: true }, one)
    expect(await pinned()).toEqual([one, three, two])
    await change({ pinned: true })
    expect((await pinned())[0]).toBe(chat)
    await change({ pinned: false }, one)
    expect(await pinned()).toEqual([chat, three, two])
  })

  it('pass over what is not pinned, not one’s own, or gone', async () => {
    const one = await group('One')
    const foreign = (await bob.post('/api/conversations', { kind: 'group', name: 'Foreign', memberIds: [] })).body
    await change({ pinned: true }, one)
    expect((await order([foreign.conversation.id, 'f'.repeat(24), chat, one])).status).toBe(204)
    expect(await pinned()).toEqual([one])
    expect((await bob.get(`/api/conversations/${foreign.conversation.id}`)).body.conversation.me.pinOrder).toBe(0)
  })

  it.each([[['x']], [[chat, chat]], [Array.from({ length: 51 }, (_, n) => n.toString(16).padStart(24, '0'))], ['x']])(
    'refuse a broken order',
    async (conversationIds) => {
      const answer = await ann.request('PUT', '/api/pins', { conversationIds })
      expect([answer.status, answer.body.data.code]).toEqual([422, 'INVALID'])
    },
  )

  it('are bounded', async () => {
    const ids = await Promise.all(Array.from({ length: 51 }, (_, n) => group(`Group ${n}`)))
    for (const id of ids.slice(0, 50)) expect((await change({ pinned: true }, id)).status).toBe(200)
    const refused = await change({ pinned: true }, ids[50])
    expect([refused.status, refused.body.data.issues[0]]).toEqual([
      422,
      expect.objectContaining({ path: ['pinned'], code: 'too_many', params: { max: 50 } }),
    ])
    expect((await change({ pinned: true }, ids[0])).status).toBe(200)
  })
})

describe('marking as unread', () => {
  it('lasts until the person reads there, on any device', async () => {
    const { seq } = await bob.send(chat, 'hello')
    await ann.request('PUT', `/api/conversations/${chat}/read`, { seq })
    await change({ markedUnread: true })
    await told((me) => me.markedUnread)
    expect(await mine()).toMatchObject({ markedUnread: true, unread: 0, lastReadSeq: seq })
    expect((await ann.request('PUT', `/api/conversations/${chat}/read`, { seq })).status).toBe(204)
    await told((me) => !me.markedUnread)
    expect(await mine()).toMatchObject({ markedUnread: false })
  })
})

describe('the archive', () => {
  it('keeps a chat until it is taken out, whatever is written there', async () => {
    await change({ archived: true })
    await bob.send(chat, 'hello')
    expect(await mine()).toMatchObject({ archived: true, returnsWith: 'mention' })
    await change({ archived: false })
    expect(await mine()).toMatchObject({ archived: false })
  })

  it('gives a chat back with a mention, by a message or by an edit', async () => {
    const team = await group('Team', [bob.user.id])
    for (const how of ['message', 'edit']) {
      await change({ archived: true }, team)
      await bob.send(team, 'for nobody')
      expect(await mine(team)).toMatchObject({ archived: true })
      if (how === 'message') await bob.send(team, `hello ${mentionOf(ann.user.id)}`)
      else {
        const { id } = await bob.send(team, 'hello')
        const text = `hello ${mentionOf(ann.user.id)}`
        await bob.request('PATCH', `/api/conversations/${team}/messages/${id}`, { text })
      }
      await told((me) => !me.archived && me.mentions > 0)
      device.events.length = 0
      expect(await mine(team)).toMatchObject({ archived: false })
    }
  })

  it('gives a chat back with any message by choice, and keeps it out', async () => {
    await bob.send(chat, 'before')
    await change({ archived: true, returnsWith: 'message' })
    expect(await mine()).toMatchObject({ archived: true, returnsWith: 'message' })
    await bob.send(chat, 'after')
    expect(await mine()).toMatchObject({ archived: false })
    await ann.request('PUT', `/api/conversations/${chat}/read`, { seq: 2 })
    expect(await mine()).toMatchObject({ archived: false, unread: 0 })
    await change({ archived: true })
    expect(await mine()).toMatchObject({ archived: true })
  })
})

describe('clearing', () => {
  beforeEach(async () => {
    for (const text of ['one', 'two', 'three']) await bob.send(chat, text)
  })

  it('hides the messages from the person alone, in pages, sync, list, counts and changes', async () => {
    const [first] = (await ann.get(`/api/conversations/${chat}/messages`)).body.messages
    expect((await change({ clearedSeq: 3 })).body.conversation).toMatchObject({
      lastSeq: 3,
      lastMessage: null,
      me: { unread: 0, clearedSeq: 3 },
    })
    await told((me) => me.clearedSeq === 3)
    expect(await history(ann)).toEqual([])
    expect(await history(ann, '?around=2')).toEqual([])
    expect(await history(bob)).toEqual(['one', 'two', 'three'])
    const { changes } = (await ann.post('/api/sync', { conversations: { [chat]: 0 } })).body
    expect(changes[chat]).toEqual({ messages: [], hasMore: false })
    const at = `/api/conversations/${chat}/messages/${first.id}`
    expect((await ann.request('PUT', `${at}/reactions/${encodeURIComponent('👍')}`)).status).toBe(404)
    expect((await bob.get(`/api/conversations/${chat}`)).body.conversation.lastMessage.text).toBe('three')

    const input = { clientId: 'quoting-1', text: 'four', replyToId: first.id }
    expect((await ann.post(`/api/conversations/${chat}/messages`, input)).status).toBe(404)
    await bob.post(`/api/conversations/${chat}/messages`, input)
    const [quoting] = (await ann.get(`/api/conversations/${chat}/messages`)).body.messages
    expect(quoting).toMatchObject({ seq: 4, text: 'four', replyTo: { excerpt: '' } })
    expect(await mine()).toMatchObject({ unread: 1 })
  })

  it('never goes back, and hides nothing that is not written yet', async () => {
    await change({ clearedSeq: 2 })
    expect((await change({ clearedSeq: 1 })).body.conversation.me.clearedSeq).toBe(2)
    expect(await history(ann)).toEqual(['three'])
    expect((await change({ clearedSeq: Number.MAX_SAFE_INTEGER })).body.conversation.me.clearedSeq).toBe(3)
    await bob.send(chat, 'four')
    expect(await history(ann)).toEqual(['four'])
  })
})

it('a stranger changes nothing, and learns nothing', async () => {
  const eve = await register(server.url, 'Eve')
  for (const settings of [{ pinned: true }, { markedUnread: true }, { clearedSeq: 1 }, { archived: true }])
    expect((await change(settings, chat, eve)).status).toBe(404)
  await change({ pinned: true, markedUnread: true, clearedSeq: 0 })
  expect((await bob.get(`/api/conversations/${chat}`)).body.conversation.me).toMatchObject({
    pinned: false,
    markedUnread: false,
  })
})
