import { expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { temporaryFolder } from '../support/folder'
import { newClientId, type Person, register } from '../support/person'
import { allMessages, range } from '../support/sends'
import { startServer } from '../support/server'

const SOCKETS = 4
const WINDOW = 10

interface Sent {
  from: Person
  conversationId: string
  clientId: string
  text: string
  acknowledged?: Message
}

it.each([1, 2, 3])(
  'a killed server loses no acknowledged message, leaves no gap, and accepts the rest again (%i)',
  async (round) => {
    const DATA_DIR = await temporaryFolder()
    const firstServer = await startServer({ DATA_DIR })
    const [ann, bob] = await Promise.all([register(firstServer.url, 'Ann'), register(firstServer.url, 'Bob')])
    const chats = [(await ann.chatWith(bob)).id, (await ann.chatWith(await register(firstServer.url))).id]
    const sent: Sent[] = []
    const enough = 200 * round
    let acknowledgements = 0
    let reached!: () => void
    const streaming = new Promise<void>((resolve) => (reached = resolve))

    /** Sends without end, some at a time, until its socket dies. */
    async function stream(from: Person, conversationId: string): Promise<void> {
      const socket = await from.connect()
      const one = async (): Promise<void> => {
        const message: Sent = { from, conversationId, clientId: newClientId(), text: `message ${sent.length}` }
        sent.push(message)
        const { clientId, text } = message
        const answer = await socket.request('message.send', { conversationId, clientId, text })
        expect(answer.ok).toBe(true)
        message.acknowledged = answer.data.message
        if (++acknowledgements === enough) reached()
        return one()
      }
      await Promise.allSettled(Array.from({ length: WINDOW }, one))
    }

    const streams = Array.from({ length: SOCKETS }, (_, index) => stream(index % 2 === 0 ? ann : bob, chats[0]!))
    streams.push(stream(ann, chats[1]!))
    await streaming
    await firstServer.kill()
    await Promise.all(streams)

    const server = await startServer({ DATA_DIR })
    const [annAgain, bobAgain] = [ann.at(server.url), bob.at(server.url)]
    const acknowledged = sent.flatMap((message) => message.acknowledged ?? [])
    const lost = sent.filter((message) => !message.acknowledged)
    expect(acknowledged.length).toBeGreaterThanOrEqual(enough)
    expect(lost.length).toBeGreaterThan(0)
    for (const chat of chats) {
      const stored = await allMessages(annAgain, chat)
      expect(stored.map(({ seq }) => seq)).toEqual(range(1, stored.length))
      expect(stored.map(({ rev }) => rev)).toEqual(range(1, stored.length))
      const byId = new Map(stored.map((message) => [message.id, message]))
      for (const message of acknowledged.filter(({ conversationId }) => conversationId === chat)) {
        expect(byId.get(message.id)).toEqual(message)
      }
    }

    // Every client retries what was not acknowledged, and what was, for good measure; a newcomer watches.
    const watcher = await bobAgain.connect()
    await Promise.all(
      [...lost, ...sent.slice(0, 20)].map(({ from, conversationId, clientId, text }) =>
        (from === ann ? annAgain : bobAgain).send(conversationId, text, clientId),
      ),
    )
    for (const chat of chats) {
      const stored = await allMessages(annAgain, chat)
      const expected = sent.filter(({ conversationId }) => conversationId === chat)
      expect(stored.map(({ clientId }) => clientId).toSorted()).toEqual(
        expected.map(({ clientId }) => clientId).toSorted(),
      )
      expect(stored.map(({ seq }) => seq)).toEqual(range(1, stored.length))
      // The conversation's own record has caught up with its messages, also where the crash came between the two.
      const { conversation } = (await annAgain.get(`/api/conversations/${chat}`)).body
      expect(conversation).toMatchObject({ lastSeq: stored.length, rev: stored.length, lastMessage: stored.at(-1) })
    }
    const told = watcher.all('message.created').map(({ message }) => message.seq)
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b))
    await watcher.close()
    await server.discard()
  },
)

it('a server that was killed while it made conversations leaves none incomplete', async () => {
  const DATA_DIR = await temporaryFolder()
  const firstServer = await startServer({ DATA_DIR })
  const ann = await register(firstServer.url, 'Ann')
  const others = await Promise.all(Array.from({ length: 30 }, () => register(firstServer.url)))
  const made: string[] = []
  const starting = others.map((other) => ann.chatWith(other).then(({ id }) => made.push(id)))
  await Promise.any(starting)
  await firstServer.kill()
  await Promise.allSettled(starting)

  const server = await startServer({ DATA_DIR })
  const again = ann.at(server.url)
  const before = (await again.get('/api/conversations')).body.conversations.map(({ id }: { id: string }) => id)
  expect(made.filter((id) => !before.includes(id))).toEqual([])
  for (const other of others) {
    const { id } = await again.chatWith(other)
    expect((await other.at(server.url).send(id, 'hello')).seq).toBe(1)
  }
  expect((await again.get('/api/conversations')).body.conversations).toHaveLength(30)
  await server.discard()
})
