import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newClientId, register, signIn, type Person } from '../support/person'
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
  bob = await register(server.url, 'Bob')
})
afterAll(() => server.discard())
beforeEach(async () => {
  ann = await register(server.url, 'Ann')
  chat = (await ann.chatWith(bob)).id
  device = await (await signIn(ann)).connect()
  peer = await bob.connect()
  return () => Promise.all([device.close(), peer.close()])
})

const HOUR = 3_600_000
const inFuture = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString()
const schedule = (fields: object = {}, person = ann) =>
  person.post('/api/scheduled', {
    conversationId: chat,
    clientId: newClientId(),
    text: 'later',
    at: inFuture(HOUR),
    ...fields,
  })
const listed = async (person = ann) => (await person.get('/api/scheduled')).body.scheduled
const change = (id: string, body: object, person = ann) => person.request('PATCH', `/api/scheduled/${id}`, body)
const cancel = (id: string, person = ann) => person.request('DELETE', `/api/scheduled/${id}`)
const texts = async () =>
  (await bob.get(`/api/conversations/${chat}/messages`)).body.messages.map(({ text }: any) => text)

describe('a scheduled message', () => {
  it('is sent at its time, once, and then no longer listed', async () => {
    const clientId = newClientId()
    const at = inFuture(1_200)
    const { status, body } = await schedule({ clientId, at })
    expect([status, body.scheduled]).toEqual([
      201,
      {
        id: expect.any(String),
        conversationId: chat,
        at,
        clientId,
        text: 'later',
        uploadIds: [],
        replyToId: null,
        state: 'waiting',
        reason: null,
        createdAt: expect.any(String),
      },
    ])
    const again = await schedule({ clientId, at: inFuture(HOUR), text: 'other' })
    expect([again.status, again.body]).toEqual([200, body])
    expect(await listed()).toEqual([body.scheduled])
    expect(await listed(bob)).toEqual([])
    const { message } = await peer.next('message.created')
    expect(message).toMatchObject({ text: 'later', clientId, senderId: ann.user.id })
    expect(Date.parse(message.createdAt)).toBeGreaterThanOrEqual(Date.parse(at))
    await device.next('scheduled.updated', ({ scheduled }) => scheduled === null)
    expect(await listed()).toEqual([])
    expect(await texts()).toEqual(['later'])
    expect(peer.all('scheduled.updated')).toEqual([])
  })

  it('can be changed, sent now, and cancelled, and other devices are told', async () => {
    const [first, second] = [(await schedule()).body.scheduled, (await schedule({ text: 'never' })).body.scheduled]
    const at = inFuture(2 * HOUR)
    expect((await change(first.id, { at, text: 'changed' })).body.scheduled).toMatchObject({ at, text: 'changed' })
    await device.next('scheduled.updated', ({ scheduled }) => scheduled?.text === 'changed')
    expect((await listed()).map(({ text }: any) => text)).toEqual(['never', 'changed'])
    expect((await cancel(second.id)).status).toBe(204)
    await device.next('scheduled.updated', ({ id, scheduled }) => id === second.id && scheduled === null)
    expect((await cancel(second.id)).status).toBe(404)
    expect((await change(first.id, { now: true })).status).toBe(200)
    expect((await peer.next('message.created')).message.text).toBe('changed')
    await device.next('scheduled.updated', ({ id, scheduled }) => id === first.id && scheduled === null)
    expect(await listed()).toEqual([])
  })

  it('is sent by the rights of that moment, and a refused one tells its author', async () => {
    const input = { kind: 'group', name: 'Team', memberIds: [ann.user.id] }
    const { id: team } = (await bob.post('/api/conversations', input)).body.conversation
    const { id } = (await schedule({ conversationId: team })).body.scheduled
    await bob.request('DELETE', `/api/conversations/${team}/members/${ann.user.id}`)
    await change(id, { now: true })
    const { scheduled } = await device.next('scheduled.updated', (told) => told.scheduled?.state === 'refused')
    expect(scheduled).toMatchObject({ id, text: 'later', reason: 'NOT_FOUND' })
    expect(await listed()).toEqual([scheduled])
    await bob.post(`/api/conversations/${team}/members`, { userIds: [ann.user.id] })
    expect((await change(id, { at: inFuture(300) })).body.scheduled).toMatchObject({ state: 'waiting', reason: null })
    await peer.next('message.created', ({ message }) => message.conversationId === team && message.text === 'later')
  })

  it('leaves the draft of its author alone', async () => {
    await ann.request('PUT', `/api/conversations/${chat}/draft`, { text: 'half' })
    await schedule({ at: inFuture(300) })
    await device.next('scheduled.updated', ({ scheduled }) => scheduled === null)
    expect((await ann.get(`/api/conversations/${chat}`)).body.conversation.me.draft.text).toBe('half')
  })

  it.each([
    [{ at: '9999-12-31T23:59:59Z' }, 'at', 'too_large'],
    [{ at: '2020-01-01T00:00:00Z' }, 'at', 'past'],
    [{ at: 'tomorrow' }, 'at', 'invalid_format'],
    [{ at: 0 }, 'at', 'invalid_type'],
    [{ at: null }, 'at', 'required'],
    [{ text: ' ' }, 'text', 'blank'],
    [{ text: 'x'.repeat(8_001) }, 'text', 'too_long'],
    [{ clientId: 'x' }, 'clientId', 'invalid_format'],
    [{ state: 'sending' }, '', 'unknown_key'],
  ])('is refused with %j', async (fields, path, code) => {
    const answer = await schedule(fields)
    expect([answer.status, answer.body.data.code]).toEqual([422, 'INVALID'])
    expect(answer.body.data.issues[0]).toMatchObject({ path: path ? [path] : [], code })
    expect(await listed()).toEqual([])
  })

  it('is nobody else’s', async () => {
    const { id } = (await schedule()).body.scheduled
    const eve = await register(server.url, 'Eve')
    expect((await schedule({}, eve)).status).toBe(404)
    for (const person of [eve, bob]) {
      expect((await change(id, { text: 'mine now' }, person)).status).toBe(404)
      expect((await cancel(id, person)).status).toBe(404)
    }
    expect((await schedule({ uploadIds: ['f'.repeat(24)] })).status).toBe(404)
    expect((await change(id, { at: '2020-01-01T00:00:00Z' })).status).toBe(422)
    expect((await change(id, { text: '' })).status).toBe(422)
    expect(await listed()).toMatchObject([{ id, text: 'later' }])
  })

  it('is one of at most a hundred', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => schedule()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    const refused = await schedule()
    expect([refused.status, refused.body.data.issues[0].code]).toEqual([422, 'too_many'])
  })
})

it('messages that were due while the server was down are sent once after its start', async () => {
  const down = await startServer()
  const eve = await register(down.url, 'Eve')
  const notes = (await eve.chatWith(eve)).id
  const at = inFuture(1_000)
  for (const text of ['one', 'two'])
    await eve.post('/api/scheduled', { conversationId: notes, clientId: newClientId(), text, at })
  await down.kill()
  await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(at))
  const up = await startServer({ DATA_DIR: down.dataDir })
  const again = await signIn(eve.at(up.url))
  await expect.poll(async () => (await again.get('/api/scheduled')).body.scheduled).toEqual([])
  const { messages } = (await again.get(`/api/conversations/${notes}/messages`)).body
  expect(messages.map(({ text }: any) => text).sort()).toEqual(['one', 'two'])
  await up.discard()
})
