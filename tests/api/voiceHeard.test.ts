import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupOf, sentFile } from '../support/files/uploads'
import { register, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { beepsOf, claim } from '../support/voice/voice'

let server: TestServer
let ann: Person
let bob: Person
let cy: Person
let group: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cy] = (await Promise.all(['Ann', 'Bob', 'Cy'].map((name) => register(server.url, name)))) as [
    Person,
    Person,
    Person,
  ]
  group = await groupOf(ann, [bob, cy])
})
afterAll(() => server.discard())

const speak = (place = group) => sentFile(ann, place, beepsOf.webm, claim())
const hear = (person: Person, messageId: string, place = group) =>
  person.request('PUT', `/api/conversations/${place}/messages/${messageId}/heard`)

describe('that a voice message was listened to', () => {
  it('is announced to everyone, first to its sender, once for each listener', async () => {
    const message = await speak()
    const socket = await ann.connect()
    const told = socket.next('message.updated', ({ message: { heardBy } }) => heardBy.length === 2)
    for (let time = 0; time < 2; time++) expect((await hear(bob, message.id)).status).toBe(204)
    const bySocket = await cy.connect()
    const answer = await bySocket.request('message.heard', { conversationId: group, messageId: message.id })
    expect(answer.data.message).toEqual({ ...message, rev: message.rev + 2, heardBy: [bob.user.id, cy.user.id] })
    expect((await told).message).toEqual(answer.data.message)
    expect(socket.all('message.updated')).toHaveLength(2)
    const synced = await bob.post('/api/sync', { conversations: { [group]: message.rev } })
    expect(synced.body.changes[group].messages).toEqual([answer.data.message])
    await Promise.all([socket.close(), bySocket.close()])
  })

  it('is stored for all who listen at once', async () => {
    const message = await speak()
    await Promise.all([bob, cy, bob, cy].map((person) => hear(person, message.id)))
    const { body } = await ann.get(`/api/conversations/${group}/messages?limit=1`)
    expect([body.messages[0].rev, body.messages[0].heardBy.toSorted()]).toEqual([
      message.rev + 2,
      [bob.user.id, cy.user.id].toSorted(),
    ])
  })

  it('is not stored for the sender', async () => {
    const message = await speak()
    expect((await hear(ann, message.id)).status).toBe(204)
    const { body } = await ann.get(`/api/conversations/${group}/messages?limit=1`)
    expect(body.messages[0]).toEqual(message)
  })

  it('cannot be said of a text, of a missing or deleted message, or by an outsider', async () => {
    const text = await ann.send(group, 'words')
    const refused = await hear(bob, text.id)
    expect([refused.status, refused.body.data.code, refused.body.message]).toEqual([
      422,
      'INVALID',
      'This message has no voice recording.',
    ])
    expect((await hear(bob, 'f'.repeat(24))).status).toBe(404)
    const message = await speak()
    const stranger = await register(server.url, 'Eve')
    expect((await hear(stranger, message.id)).status).toBe(404)
    await ann.request('DELETE', `/api/conversations/${group}/messages/${message.id}`)
    expect((await hear(bob, message.id)).status).toBe(422)
    const { body } = await ann.get(`/api/conversations/${group}/messages?limit=1`)
    expect([body.messages[0].attachments, body.messages[0].heardBy]).toEqual([[], []])
  })
})
