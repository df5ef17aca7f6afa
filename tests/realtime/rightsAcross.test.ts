import { expect, it } from 'vitest'
import { newClientId, register } from '../support/person'
import { startTasks } from '../support/tasks'

// What one task holds of a group is out of date at the moment another task tells of a change.

it('a right that is denied or allowed on one task counts on the other as soon as it is announced there', async () => {
  const { servers } = await startTasks(2)
  const [here, there] = servers.map(({ url }) => url) as [string, string]
  const [owner, member] = [await register(here), await register(there)]
  const { id } = (await owner.post('/api/conversations', { kind: 'group', name: 'Group', memberIds: [member.user.id] }))
    .body.conversation
  const socket = await member.connect()
  const send = async () =>
    (await socket.request('message.send', { conversationId: id, clientId: newClientId(), text: 'hello' })).ok
  const memberPath = `/api/conversations/${id}/members/${member.user.id}`
  const steps = [
    { ask: () => owner.request('PATCH', memberPath, { deny: ['sendText'] }), may: false },
    { ask: () => owner.request('PATCH', memberPath, { deny: [] }), may: true },
    {
      ask: () => owner.request('PATCH', `/api/conversations/${id}`, { permissions: { sendText: 'moderator' } }),
      may: false,
    },
    { ask: () => owner.request('PATCH', memberPath, { role: 'moderator' }), may: true },
    { ask: () => owner.request('PATCH', memberPath, { role: 'member' }), may: false },
    {
      ask: () => owner.request('PATCH', `/api/conversations/${id}`, { permissions: { sendText: 'member' } }),
      may: true,
    },
  ]
  expect(await send()).toBe(true)
  for (const round of [1, 2, 3]) {
    for (const [index, { ask, may }] of steps.entries()) {
      const told = socket.next(
        'conversation.updated',
        (data) => data.conversation.me.rights.includes('sendText') === may,
      )
      expect((await ask()).status).toBe(200)
      await told
      expect(await send(), `round ${round}, step ${index}`).toBe(may)
    }
    const removed = socket.next('conversation.removed')
    expect((await owner.request('DELETE', memberPath)).status).toBe(204)
    await removed
    expect(await send()).toBe(false)
    const back = socket.next('conversation.created')
    await owner.post(`/api/conversations/${id}/members`, { userIds: [member.user.id] })
    await back
    expect(await send()).toBe(true)
  }
  await socket.close()
})

it('a message that another task has just written is in the list and the sync of this one', async () => {
  const { servers } = await startTasks(2)
  const [here, there] = servers.map(({ url }) => url) as [string, string]
  const [ann, bob] = [await register(here), await register(there)]
  const chat = (await ann.chatWith(bob)).id
  const socket = await bob.connect()
  for (let round = 1; round <= 20; round++) {
    const arrived = socket.next('message.created', ({ message }) => message.seq === round)
    await ann.send(chat, `message ${round}`)
    await arrived
    const { conversations } = (await bob.get('/api/conversations')).body
    expect(conversations[0]).toMatchObject({ lastSeq: round, rev: round, lastMessage: { seq: round } })
    expect(
      (await bob.post('/api/sync', { conversations: { [chat]: round - 1 } })).body.changes[chat].messages,
    ).toHaveLength(1)
  }
  await socket.close()
})
