import { expect, it } from 'vitest'
import { newClientId, register } from '../support/person'
import { startTasks } from '../support/tasks'

it('messages that are due on two tasks at the same moment are sent once', { timeout: 60_000 }, async () => {
  const { servers } = await startTasks(2)
  const ann = await register(servers[0]!.url, 'Ann')
  const notes = (await ann.chatWith(ann)).id
  const at = new Date(Date.now() + 2_000).toISOString()
  const texts = Array.from({ length: 20 }, (_, n) => `message ${n}`)
  const socket = await ann.connect()
  await Promise.all(
    texts.map((text, n) =>
      ann.at(servers[n % 2]!.url).post('/api/scheduled', { conversationId: notes, clientId: newClientId(), text, at }),
    ),
  )
  expect((await ann.get('/api/scheduled')).body.scheduled).toHaveLength(20)
  await expect.poll(async () => (await ann.get('/api/scheduled')).body.scheduled, { timeout: 30_000 }).toEqual([])
  const { messages } = (await ann.get(`/api/conversations/${notes}/messages`)).body
  expect(messages.map(({ text }: { text: string }) => text).sort()).toEqual([...texts].sort())
  // The author's devices learn of each once, whichever task has sent it.
  await socket.request('ping', {})
  const gone = socket.all('scheduled.updated').filter(({ scheduled }: any) => scheduled === null)
  expect(new Set(gone.map(({ id }: any) => id)).size).toBe(20)
  expect(gone).toHaveLength(20)
  await socket.close()
})
