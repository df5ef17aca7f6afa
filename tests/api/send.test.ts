import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, type Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let chat: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
})
afterAll(() => server.discard())

const post = (person: Person, body: unknown) => person.post(`/api/conversations/${chat}/messages`, body)

describe('sending', () => {
  it('answers 201 with the whole message, and 200 with the same one when it is sent again', async () => {
    const input = { clientId: newClientId(), text: 'hello' }
    const first = await post(ann, input)
    expect(first.status).toBe(201)
    expect(first.body).toEqual({
      message: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        conversationId: chat,
        seq: 1,
        rev: 1,
        clientId: input.clientId,
        kind: 'text',
        senderId: ann.user.id,
        text: 'hello',
        attachments: [],
        heardBy: [],
        replyTo: null,
        threadId: null,
        replies: 0,
        forwardedFrom: null,
        notice: null,
        mentions: [],
        mentionsAll: false,
        reactions: [],
        pinned: false,
        preview: null,
        editedAt: null,
        deletedAt: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
      },
    })
    const again = await post(ann, input)
    expect([again.status, again.body]).toEqual([200, first.body])
  })

  it('keeps the first text when a retry has another one', async () => {
    const clientId = newClientId()
    await post(ann, { clientId, text: 'first' })
    expect((await post(ann, { clientId, text: 'second' })).body.message.text).toBe('first')
  })

  it('treats equal clientIds of different senders as different', async () => {
    const input = { clientId: newClientId(), text: 'the same id by chance' }
    const [one, other] = [await post(ann, input), await post(bob, input)]
    expect([one.status, other.status]).toEqual([201, 201])
    expect(one.body.message.id).not.toBe(other.body.message.id)
  })

  it('makes one message of 20 retries at once, over HTTP and sockets', async () => {
    const sockets = await Promise.all([ann.connect(), ann.connect()])
    const reader = await bob.connect()
    const input = { clientId: newClientId(), text: 'impatient' }
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, attempt) => {
        if (attempt % 2 === 0) return (await post(ann, input)).body.message.id
        const answer = await sockets[attempt % 4 === 1 ? 0 : 1]!.request('message.send', {
          conversationId: chat,
          ...input,
        })
        return answer.data.message.id
      }),
    )
    expect(new Set(ids).size).toBe(1)
    const { messages } = (await ann.get(`/api/conversations/${chat}/messages?limit=100`)).body
    expect(messages.filter(({ clientId }: { clientId: string }) => clientId === input.clientId)).toHaveLength(1)
    expect(messages.map(({ seq }: { seq: number }) => seq)).toEqual(
      messages.map((_: unknown, index: number) => index + 1),
    )
    const last = await ann.send(chat, 'the end')
    await reader.next('message.created', ({ message }) => message.id === last.id)
    expect(reader.all('message.created').filter(({ message }) => message.id === ids[0])).toHaveLength(1)
    await Promise.all([...sockets, reader].map((socket) => socket.close()))
  })

  it.each([
    'đường phố Hà Nội',
    '👩‍👩‍👧‍👦 🇻🇳 ✊🏿',
    'שלום עולם',
    'a\nb\tc  d',
    '  blanks around  ',
    '<script>alert(1)</script> {{ 7*7 }} ${x} $where \\u0000 %00',
    '𝒳'.repeat(10),
    '"__proto__": 1',
  ])('keeps a text unchanged: %j', async (text) => {
    const message = await ann.send(chat, text)
    expect(message.text).toBe(text)
    const page = (await bob.get(`/api/conversations/${chat}/messages?after=${message.seq - 1}`)).body
    expect(page.messages[0].text).toBe(text)
  })

  it('removes what is no text', async () => {
    const message = await ann.send(chat, 'a\r\nb\u2028c\0\u0007 d\ud800 e\u0301 \u202etxet')
    expect(message.text).toBe('a\nb\nc d é txet')
  })

  it('accepts 8,000 characters, also of emoji, and not one more', async () => {
    for (const character of ['a', 'đ', '😀']) {
      const longest = await post(ann, { clientId: newClientId(), text: character.repeat(8_000) })
      expect([character, longest.status, longest.body.message.text.length]).toEqual([
        character,
        201,
        8_000 * character.length,
      ])
      const tooLong = await post(ann, { clientId: newClientId(), text: character.repeat(8_001) })
      expect([character, tooLong.status, tooLong.body.data.code]).toEqual([character, 422, 'INVALID'])
    }
  })

  it('shows the author and the beginning of a quoted message', async () => {
    const original = await ann.send(chat, `first line\nsecond line ${'x'.repeat(500)}`)
    const reply = await post(bob, { clientId: newClientId(), text: 'yes', replyToId: original.id })
    expect(reply.body.message.replyTo).toEqual({
      id: original.id,
      seq: original.seq,
      senderId: ann.user.id,
      excerpt: expect.stringMatching(/^first line second line x+…$/),
      files: null,
    })
  })
})

describe('starting a direct conversation', () => {
  it('makes one conversation for many requests from both sides at the same time', async () => {
    const [one, other] = await Promise.all([register(server.url), register(server.url)])
    const sockets = await Promise.all([one.connect(), other.connect()])
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, attempt) => {
        const [from, to] = attempt % 2 === 0 ? [one, other] : [other, one]
        return from.post('/api/conversations', { kind: 'direct', userId: to.user.id })
      }),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array.from({ length: 49 }, () => 200), 201])
    expect(new Set(answers.map(({ body }) => body.conversation.id)).size).toBe(1)
    for (const person of [one, other]) {
      expect((await person.get('/api/conversations')).body.conversations).toHaveLength(1)
    }
    // Each of them gets one event about it, and then its messages.
    const message = await one.send(answers[0]!.body.conversation.id, 'hi')
    for (const socket of sockets) {
      await socket.next('message.created', (data) => data.message.id === message.id)
      expect(socket.all('conversation.created')).toHaveLength(1)
      await socket.close()
    }
  })

  it('answers each of the two with their view of the conversation', async () => {
    const [one, other] = await Promise.all([register(server.url, 'Một'), register(server.url, 'Hai')])
    const socket = await other.connect()
    const mine = await one.chatWith(other)
    expect(mine).toMatchObject({
      kind: 'direct',
      name: null,
      memberCount: 2,
      lastSeq: 0,
      rev: 0,
      lastMessage: null,
      peer: { id: other.user.id, displayName: 'Hai' },
      me: { role: 'member', lastReadSeq: 0, unread: 0, mentions: 0, notify: 'all', pinned: false, archived: false },
    })
    expect(mine.me.rights).toContain('sendText')
    expect(mine.peer).not.toHaveProperty('email')
    const { conversation: theirs } = await socket.next('conversation.created')
    expect(theirs).toEqual({ ...mine, peer: expect.objectContaining({ id: one.user.id, displayName: 'Một' }) })
    const { body } = await other.get(`/api/conversations/${mine.id}`)
    expect(body.conversation).toEqual(theirs)
    expect(body.members.map((member: any) => member.user.id).sort()).toEqual([one.user.id, other.user.id].sort())
    await socket.close()
  })

  it('with oneself makes one conversation for notes, which nobody else sees', async () => {
    const person = await register(server.url)
    const start = () => person.post('/api/conversations', { kind: 'direct', userId: person.user.id })
    const answers = await Promise.all([start(), start(), start()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const [{ body }] = answers
    expect(new Set(answers.map((answer) => answer.body.conversation.id)).size).toBe(1)
    expect(body.conversation).toMatchObject({ kind: 'direct', memberCount: 1, peer: { id: person.user.id } })
    await person.send(body.conversation.id, 'remember the milk')
    const { conversation, members } = (await person.get(`/api/conversations/${body.conversation.id}`)).body
    expect([conversation.me.unread, members.length, conversation.lastMessage.text]).toEqual([0, 1, 'remember the milk'])
    expect((await ann.get(`/api/conversations/${body.conversation.id}`)).status).toBe(404)
  })

  it('needs a person who exists', async () => {
    const nobody = await ann.post('/api/conversations', { kind: 'direct', userId: 'f'.repeat(24) })
    expect([nobody.status, nobody.body.data.code]).toEqual([404, 'NOT_FOUND'])
  })

  it('moves with its newest message to the top of both lists', async () => {
    const person = await register(server.url)
    const others = await Promise.all([register(server.url), register(server.url)])
    const chats = []
    for (const other of others) chats.push((await person.chatWith(other)).id)
    const list = async () => (await person.get('/api/conversations')).body.conversations
    expect((await list()).map(({ id }: { id: string }) => id)).toEqual([chats[1], chats[0]])
    const message = await others[0]!.send(chats[0]!, 'look')
    const [first] = await list()
    expect(first).toMatchObject({ id: chats[0], lastSeq: 1, rev: 1, lastMessage: message, me: { unread: 1 } })
  })
})

describe('a member’s settings of a conversation', () => {
  it('are theirs alone, and reach their other devices', async () => {
    const [device, peer] = await Promise.all([ann.connect(), bob.connect()])
    const until = '2030-01-01T00:00:00.000Z'
    const fields = { mutedUntil: until, notify: 'none', pinned: true, archived: true }
    const changed = await ann.request('PATCH', `/api/conversations/${chat}/me`, fields)
    expect([changed.status, changed.body.conversation.me]).toEqual([200, expect.objectContaining(fields)])
    await device.next('conversation.updated', ({ conversation }) => conversation.me.mutedUntil === until)
    expect((await bob.get(`/api/conversations/${chat}`)).body.conversation.me).toMatchObject({
      mutedUntil: null,
      pinned: false,
    })
    await peer.request('ping', {})
    expect(peer.all('conversation.updated')).toEqual([])
    const back = await ann.request('PATCH', `/api/conversations/${chat}/me`, { mutedUntil: null })
    expect(back.body.conversation.me).toMatchObject({ mutedUntil: null, notify: 'none' })
    expect((await ann.request('PATCH', `/api/conversations/${chat}/me`, {})).status).toBe(200)
    await Promise.all([device.close(), peer.close()])
  })
})
