import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/folder'
import { register, type Person } from '../support/person'
import { allMessages, range } from '../support/sends'
import { startServer } from '../support/server'

const CHATS = 240

it('a server killed under load in many chats: list, unread, sync, edits and the next send are right', async () => {
  const DATA_DIR = await temporaryFolder()
  const firstServer = await startServer({ DATA_DIR })
  const ann = await register(firstServer.url, 'Ann')
  const others: Person[] = []
  while (others.length < CHATS) others.push(...(await Promise.all(range(1, 20).map(() => register(firstServer.url)))))
  const chats = await Promise.all(others.map(async (other) => ({ other, id: (await ann.chatWith(other)).id })))
  const edited = await ann.send(chats[0]!.id, 'as it was')
  // Everyone writes to Ann at once, and the process dies while the last copies are still behind.
  let acknowledged = 0
  let enough!: () => void
  const busy = new Promise<void>((resolve) => (enough = resolve))
  const send = (from: Person, id: string, text: string) =>
    from.send(id, text).then(
      () => ++acknowledged === CHATS && enough(),
      () => {},
    )
  const sends = chats.flatMap(({ other, id }) => [send(other, id, 'one'), send(other, id, 'two')])
  await ann.request('PATCH', `/api/conversations/${chats[0]!.id}/messages/${edited.id}`, { text: 'as it is' })
  await busy
  await firstServer.kill()
  await Promise.all(sends)

  const server = await startServer({ DATA_DIR })
  const again = ann.at(server.url)
  const { conversations } = (await again.get('/api/conversations')).body
  const known = Object.fromEntries(chats.map(({ id }) => [id, 0]))
  const { changes } = (await again.post('/api/sync', { conversations: known })).body
  for (const [index, { other, id }] of chats.entries()) {
    const stored = await allMessages(again, id)
    const listed = conversations.find((one: { id: string }) => one.id === id)
    const last = stored.at(-1)
    const rev = Math.max(0, ...stored.map((message) => message.rev))
    expect(listed).toMatchObject({ lastSeq: stored.length, rev, lastMessage: last ?? null })
    expect(listed.me.unread).toBe(stored.filter(({ senderId }) => senderId === other.user.id).length)
    expect(changes[id]?.messages.length ?? 0).toBe(stored.length)
    if (index === 0) expect(stored[0]).toMatchObject({ text: 'as it is' })
    if (index % 20 === 0) expect((await other.at(server.url).send(id, 'next')).seq).toBe(stored.length + 1)
  }
  await server.discard()
})
