import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cy: Person
let eve: Person
let group: TestGroup

beforeAll(async () => {
  // A test below pins more messages in a minute than a person can.
  server = await startServer({ RATE_LIMIT_FACTOR: '10' })
  ;[ann, bob, cy, eve] = await people(server.url, 'Ann', 'Bob', 'Cy', 'Eve')
  group = await TestGroup.make(ann, [bob, cy])
})
afterAll(() => server.discard())

const at = (id: string, messageId = '') => `/api/conversations/${id}/pins${messageId && `/${messageId}`}`
const pin = (person: Person, { conversationId, id }: Message) => person.request('PUT', at(conversationId, id))
const unpin = (person: Person, { conversationId, id }: Message) => person.request('DELETE', at(conversationId, id))
const pinsOf = async (person: Person, id: string, query = '') =>
  (await ok<{ messages: Message[]; next: string | null }>(person.get(at(id) + query))) as {
    messages: Message[]
    next: string | null
  }
const textsOf = async (person: Person, id: string) => (await pinsOf(person, id)).messages.map(({ text }) => text)
const last = async (person: Person, of: TestGroup) => (await of.history(person)).at(-1)!

describe('a pin', () => {
  it('reaches everyone, is said once, heads the list, and is taken back', async () => {
    const [one, two] = [await bob.send(group.id, 'one'), await cy.send(group.id, 'two')]
    const socket = await cy.connect()
    const updated = socket.next('message.updated', ({ message }) => message.pinned)
    const said = socket.next('message.created', ({ message }) => message.notice?.action === 'pinned')
    expect((await pin(ann, one)).status).toBe(204)
    expect((await updated).message).toEqual({ ...one, rev: two.rev + 1, pinned: true })
    expect((await said).message).toMatchObject({
      kind: 'system',
      senderId: ann.user.id,
      text: 'Ann pinned a message',
      notice: { action: 'pinned', targetIds: [], seq: one.seq },
    })
    const { seq } = await last(bob, group)
    await ok(pin(ann, one))
    expect((await last(bob, group)).seq).toBe(seq)
    await ok(pin(ann, two))
    expect(await textsOf(bob, group.id)).toEqual(['two', 'one'])
    const synced = await ok(bob.post('/api/sync', { conversations: { [group.id]: two.rev } }))
    expect(synced.changes[group.id].messages.filter(({ pinned }: Message) => pinned)).toHaveLength(2)

    const freed = socket.next('message.updated', ({ message }) => message.id === two.id && !message.pinned)
    expect((await unpin(ann, two)).status).toBe(204)
    await freed
    await ok(unpin(ann, two))
    expect(await textsOf(bob, group.id)).toEqual(['one'])
    // Pinned again, an old message is the newest pin.
    await ok(pin(ann, two))
    await ok(unpin(ann, one))
    await ok(pin(ann, one))
    expect(await textsOf(bob, group.id)).toEqual(['one', 'two'])
    for (const message of [one, two]) await ok(unpin(ann, message))
    await socket.close()
  })

  it('needs the right in a group, and none between two people', async () => {
    const message = await bob.send(group.id, 'not by me')
    expect(await refused(pin(bob, message))).toEqual([403, 'FORBIDDEN'])
    await ok(group.changeMember(ann, bob, { allow: ['pin'] }))
    await ok(pin(bob, message))
    await ok(group.changeMember(ann, bob, { allow: [] }))
    expect(await refused(unpin(bob, message))).toEqual([403, 'FORBIDDEN'])
    await ok(unpin(ann, message))
    const { id } = await ann.chatWith(bob)
    const direct = await ann.send(id, 'between us')
    await ok(pin(bob, direct))
    expect(await textsOf(ann, id)).toEqual(['between us'])
    await ok(unpin(ann, direct))
    expect(await textsOf(bob, id)).toEqual([])
  })

  it('goes with a deleted message', async () => {
    const message = await ann.send(group.id, 'soon gone')
    await ok(pin(ann, message))
    await ok(ann.request('DELETE', group.path(`/messages/${message.id}`)))
    expect(await textsOf(bob, group.id)).toEqual([])
    expect((await group.history(bob)).find(({ id }) => id === message.id)!.pinned).toBe(false)
    expect(await refused(pin(ann, message))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(unpin(ann, message))).toEqual([404, 'NOT_FOUND'])
  })

  it('is not for strangers, foreign or unknown messages, or what the group says', async () => {
    const message = await ann.send(group.id, 'ours')
    expect(await refused(pin(eve, message))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(eve.get(at(group.id)))).toEqual([404, 'NOT_FOUND'])
    const other = await TestGroup.make(eve, [])
    const foreign = await eve.send(other.id, 'theirs')
    expect(await refused(ann.request('PUT', at(group.id, foreign.id)))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(ann.request('PUT', at(other.id, message.id)))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(ann.request('PUT', at(group.id, 'f'.repeat(24))))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(ann.request('PUT', at(group.id, 'x')))).toEqual([422, 'INVALID'])
    const [notice] = await group.history(ann)
    expect(await refused(pin(ann, notice!))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(ann.get(at(group.id) + '?limit=0'))).toEqual([422, 'INVALID'])
    expect(await pinsOf(ann, group.id, `?after=${foreign.id}`)).toEqual({ messages: [], next: null })
  })

  it('is shown to newcomers only where they see the message', async () => {
    const closed = await TestGroup.make(ann, [bob])
    const hidden = await ann.send(closed.id, 'before Cy came')
    await ok(pin(ann, hidden))
    await ok(closed.add(ann, cy))
    await ok(closed.change(ann, { settings: { history: 'joined' } }))
    await ok(pin(ann, await ann.send(closed.id, 'after')))
    const socket = await cy.connect()
    expect(await textsOf(cy, closed.id)).toEqual(['after'])
    expect(await textsOf(bob, closed.id)).toEqual(['after', 'before Cy came'])
    await ok(closed.changeMember(ann, cy, { allow: ['pin'] }))
    expect(await refused(unpin(cy, hidden))).toEqual([404, 'NOT_FOUND'])
    await ok(unpin(ann, hidden))
    await socket.request('ping')
    expect(JSON.stringify(socket.all('message.updated'))).not.toContain('before Cy came')
    await socket.close()
  })
})

it('20 moderators who pin one message at the same moment pin it once', async () => {
  const { id } = await ann.send(group.id, 'everybody pins this')
  const before = (await last(ann, group)).seq
  const answers = await Promise.all(Array.from({ length: 20 }, () => ann.request('PUT', at(group.id, id))))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
  expect((await last(ann, group)).seq).toBe(before + 1)
  await ok(ann.request('DELETE', at(group.id, id)))
})

it(`there are at most ${LIMITS.pins} pins, listed in pages`, async () => {
  const many = await TestGroup.make(ann, [bob])
  const numbers = Array.from({ length: LIMITS.pins + 1 }, (_, index) => index)
  const sent = await Promise.all(numbers.map((number) => ann.send(many.id, `message ${number}`)))
  const answers = await Promise.all(sent.map((message) => pin(ann, message)))
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(LIMITS.pins)
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(1)
  const found: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { messages: Message[]; next: string | null } = await pinsOf(
      bob,
      many.id,
      `?limit=30${next && `&after=${next}`}`,
    )
    found.push(...page.messages.map(({ id }) => id))
    next = page.next
  }
  expect(new Set(found).size).toBe(LIMITS.pins)
  const left = sent.find(({ id }) => !found.includes(id))!
  await ok(
    unpin(
      ann,
      sent.find(({ id }) => found.includes(id))!,
    ),
  )
  await ok(pin(ann, left))
  expect((await pinsOf(bob, many.id, '?limit=1')).messages[0]!.id).toBe(left.id)
})
