import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { newClientId, type Person, register } from '../support/person'
import { allMessages, range } from '../support/sends'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'

let server: TestServer
let ann: Person
let bob: Person

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
})
afterAll(() => server.discard())

const seqsOf = (socket: TestSocket, chat: string) =>
  socket.all('message.created').flatMap(({ message }) => (message.conversationId === chat ? message.seq : []))

describe('500 messages from ten sockets of two people', () => {
  it('arrive on every socket, in one order, each once', async () => {
    const chat = (await ann.chatWith(bob)).id
    const sockets = await Promise.all(range(1, 10).map((index) => (index % 2 === 0 ? ann : bob).connect()))
    const answers = await Promise.all(
      range(0, 499).map((index) =>
        sockets[index % 10]!.request('message.send', {
          conversationId: chat,
          clientId: newClientId(),
          text: `message ${index}`,
        }),
      ),
    )
    const acknowledged = new Map(answers.map(({ data }) => [data.message.seq, data.message]))
    expect([...acknowledged.keys()].sort((a, b) => a - b)).toEqual(range(1, 500))
    for (const socket of sockets) {
      await socket.until(() => seqsOf(socket, chat).length >= 500, '500 messages')
      expect(seqsOf(socket, chat)).toEqual(range(1, 500))
      for (const { message } of socket.all('message.created')) expect(message).toEqual(acknowledged.get(message.seq))
    }
    const stored = await allMessages(ann, chat)
    expect(stored).toEqual(range(1, 500).map((seq) => acknowledged.get(seq)))
    // Every change has its number too, and what one socket sent keeps its order.
    expect(stored.map(({ rev }) => rev)).toEqual(range(1, 500))
    for (const index of range(0, 9)) {
      const own = stored.map(({ text }) => Number(text.split(' ')[1])).filter((number) => number % 10 === index)
      expect(own).toEqual(own.toSorted((a, b) => a - b))
    }
    await Promise.all(sockets.map((socket) => socket.close()))
  })
})

describe('an acknowledgement', () => {
  it('comes after its event on the same socket, and when everyone can read the message', async () => {
    const chat = (await ann.chatWith(bob)).id
    const socket = await ann.connect()
    const order: string[] = []
    socket.ws.on('message', (data) => {
      const frame = JSON.parse(String(data))
      order.push(frame.type ?? 'answer')
    })
    const { data } = await socket.request('message.send', {
      conversationId: chat,
      clientId: newClientId(),
      text: 'durable',
    })
    const page = (await bob.get(`/api/conversations/${chat}/messages?limit=1`)).body
    expect(page.messages).toEqual([data.message])
    expect(order.slice(0, 2)).toEqual(['message.created', 'answer'])
    await socket.close()
  })

  it('in one conversation does not wait for another, and their seqs are independent', async () => {
    const others = await Promise.all(range(1, 5).map(() => register(server.url)))
    const chats = await Promise.all(others.map(async (other) => (await ann.chatWith(other)).id))
    const socket = await ann.connect()
    await Promise.all(
      range(0, 199).map((index) =>
        socket.request('message.send', { conversationId: chats[index % 5], clientId: newClientId(), text: `${index}` }),
      ),
    )
    for (const chat of chats) expect((await allMessages(ann, chat)).map(({ seq }) => seq)).toEqual(range(1, 40))
    await socket.close()
  })
})

describe('a client that was disconnected', () => {
  /** What a client does that kept the last `rev` it applied: asks until there is nothing more. */
  async function catchUp(
    socket: TestSocket,
    chat: string,
    from: number,
  ): Promise<{ messages: Message[]; rounds: number }> {
    const messages: Message[] = []
    let rev = from
    for (let rounds = 1; ; rounds++) {
      const { data, ok } = await socket.request('sync', { conversations: { [chat]: rev } })
      expect(ok).toBe(true)
      const { messages: changed, hasMore } = data.changes[chat] ?? { messages: [], hasMore: false }
      messages.push(...changed)
      rev = messages.at(-1)?.rev ?? rev
      if (!hasMore) return { messages, rounds }
    }
  }

  it.each([
    // [messages while it was away, answers to a sync that takes]
    [200, 1],
    [450, 3],
  ])('during %i messages catches up completely', async (count, rounds) => {
    const other = await register(server.url)
    const chat = (await ann.chatWith(other)).id
    const [sender, first] = await Promise.all([ann.connect(), other.connect()])
    const send = (index: number) =>
      sender.request('message.send', { conversationId: chat, clientId: newClientId(), text: `${index}` })
    const before = range(1, 20).map(send)
    await first.until(() => seqsOf(first, chat).length >= 10)
    first.ws.terminate()
    await Promise.all(before)
    await Promise.all(range(21, count).map(send))
    const seen = seqsOf(first, chat)
    const lastRev = Math.max(...first.all('message.created').map(({ message }) => message.rev))
    const again = await other.connect()
    // More arrives while it catches up: by event, or by the answer.
    const during = range(count + 1, count + 30).map(send)
    const caught = await catchUp(again, chat, lastRev)
    await Promise.all(during)
    await again.until(() => seqsOf(again, chat).includes(count + 30), 'the newest message')
    const known = [...new Set([...seen, ...caught.messages.map(({ seq }) => seq), ...seqsOf(again, chat)])]
    expect(known.sort((a, b) => a - b)).toEqual(range(1, count + 30))
    expect(caught.messages.map(({ rev }) => rev)).toEqual(range(lastRev + 1, lastRev + caught.messages.length))
    expect(caught.rounds).toBeGreaterThanOrEqual(rounds)
    // The one that was cut off has still missed nothing twice.
    expect(seen).toEqual(range(1, seen.length))
    await Promise.all([sender.close(), again.close()])
  })

  it('can catch up with the longest messages there are', async () => {
    const other = await register(server.url)
    const chat = (await ann.chatWith(other)).id
    const text = '😀'.repeat(8_000)
    await Promise.all(range(1, 120).map(() => ann.send(chat, text)))
    const socket = await other.connect()
    const { messages } = await catchUp(socket, chat, 0)
    expect(messages.map(({ seq }) => seq)).toEqual(range(1, 120))
    await socket.close()
  })
})

describe('sync', () => {
  it('answers all conversations, the changes of the named ones, and removed ones', async () => {
    const person = await register(server.url)
    const [first, second] = [(await person.chatWith(ann)).id, (await person.chatWith(bob)).id]
    const message = await ann.send(first, 'one')
    await bob.send(second, 'two')
    const gone = 'f'.repeat(24)
    const { status, body } = await person.post('/api/sync', { conversations: { [first]: 0, [gone]: 7 } })
    expect(status).toBe(200)
    expect(body.conversations).toEqual((await person.get('/api/conversations')).body.conversations)
    expect(body.conversations.map(({ id, me }: any) => [id, me.unread])).toEqual([
      [second, 1],
      [first, 1],
    ])
    expect(body.changes).toEqual({ [first]: { messages: [message], hasMore: false } })
    expect(body.removed).toEqual([gone])
    // Up to date: nothing to say. Ahead, as after a restored backup: neither.
    expect((await person.post('/api/sync', { conversations: { [first]: 1, [second]: 99 } })).body.changes).toEqual({})
    expect((await person.post('/api/sync', { conversations: {} })).body).toMatchObject({ changes: {}, removed: [] })
  })
  it('answers a bounded amount at once, and everything in the end', async () => {
    const [person, other] = await Promise.all([register(server.url), register(server.url)])
    const ids = await Promise.all(
      range(1, 25).map(async (index) => {
        const group = { kind: 'group', name: `Group ${index}`, memberIds: [other.user.id] }
        return (await person.post('/api/conversations', group)).body.conversation.id as string
      }),
    )
    const socket = await person.connect()
    for (const conversationId of ids) {
      const send = () => socket.request('message.send', { conversationId, clientId: newClientId(), text: 'x' })
      await Promise.all(range(1, 205).map(send))
    }
    await socket.close()
    const revs = Object.fromEntries(ids.map((id) => [id, 0]))
    const seen = new Map(ids.map((id) => [id, [] as number[]]))
    for (let isBehind = true; isBehind;) {
      const { changes } = (await other.post('/api/sync', { conversations: revs })).body as {
        changes: Record<string, { messages: Message[]; hasMore: boolean }>
      }
      const all = Object.values(changes)
      expect(all.flatMap(({ messages }) => messages).length).toBeLessThan(4_000 + 20 * 200)
      for (const { conversationId, seq, rev } of all.flatMap(({ messages }) => messages)) {
        seen.get(conversationId)!.push(seq)
        revs[conversationId] = rev
      }
      isBehind = all.some(({ hasMore }) => hasMore)
    }
    for (const { id, lastSeq } of (await other.get('/api/conversations')).body.conversations) {
      if (seen.has(id)) expect(seen.get(id)).toEqual(range(1, lastSeq))
    }
  })
})
