import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { newClientId, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cy: Person
let group: TestGroup

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cy] = await people(server.url, 'Ann', 'Bob', 'Cy')
  group = await TestGroup.make(ann, [bob, cy])
})
afterAll(() => server.discard())

const pathOf = (messageId: string, emoji: string) =>
  group.path(`/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`)
const react = (person: Person, messageId: string, emoji: string) => person.request('PUT', pathOf(messageId, emoji))
const takeBack = (person: Person, messageId: string, emoji: string) =>
  person.request('DELETE', pathOf(messageId, emoji))
/** What a message shows of its reactions: emoji, count, and whether they are the reader's own. */
const shown = (message: { reactions: { emoji: string; count: number; mine?: boolean }[] }) =>
  message.reactions.map(({ emoji, count, mine }) => [emoji, count, mine])
const stored = async (person: Person, id: string) => (await group.history(person)).find((message) => message.id === id)!

describe('a reaction', () => {
  it('reaches everyone, counts each person once, and is taken back', async () => {
    const message = await ann.send(group.id, 'hello')
    const socket = await cy.connect()
    const updates = socket.next('message.updated', ({ message: { reactions } }) => reactions[0]?.count === 2)
    const first = (await ok(react(bob, message.id, '👍'))).message
    expect(first).toEqual({
      ...message,
      rev: message.rev + 1,
      reactions: [{ emoji: '👍', count: 1, userIds: [bob.user.id], mine: true }],
    })
    expect((await ok(react(bob, message.id, '👍'))).message).toEqual(first)
    const answer = await socket.request('reaction.set', {
      conversationId: group.id,
      messageId: message.id,
      emoji: '👍',
    })
    expect(shown(answer.data.message)).toEqual([['👍', 2, true]])
    expect((await updates).message.reactions).toEqual([{ emoji: '👍', count: 2, userIds: [bob.user.id, cy.user.id] }])
    expect(shown(await stored(ann, message.id))).toEqual([['👍', 2, false]])
    const synced = await bob.post('/api/sync', { conversations: { [group.id]: message.rev } })
    expect(shown(synced.body.changes[group.id].messages.at(-1))).toEqual([['👍', 2, true]])
    await ok(takeBack(bob, message.id, '👍'))
    const gone = await ok(takeBack(bob, message.id, '👍'))
    expect(shown(gone.message)).toEqual([['👍', 1, false]])
    const last = await socket.request('reaction.unset', {
      conversationId: group.id,
      messageId: message.id,
      emoji: '👍',
    })
    expect(last.data.message.reactions).toEqual([])
    await socket.close()
  })

  it('is the same with and without U+FE0F, and is stored in full', async () => {
    const message = await ann.send(group.id, 'hearts')
    await ok(react(ann, message.id, '\u2764'))
    expect(shown((await ok(react(bob, message.id, '\u2764\uFE0F'))).message)).toEqual([['\u2764\uFE0F', 2, true]])
  })

  it.each(['👍🏽', '🇻🇳', '#️⃣', '1️⃣', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈', '❤️‍🔥', '⛹🏽‍♂️', '✅'])('may be %s', async (emoji) => {
    const message = await ann.send(group.id, 'anything')
    expect(shown((await ok(react(ann, message.id, emoji))).message)).toEqual([[emoji, 1, true]])
    await ok(takeBack(ann, message.id, emoji))
    expect((await stored(ann, message.id)).reactions).toEqual([])
  })

  it.each([
    'a',
    '1',
    '#',
    '👍👍',
    '👍a',
    ' 👍',
    '$set',
    'a.b',
    '__proto__',
    '\u200D',
    '🇻',
    '👍\u200D'.repeat(30),
    '\u0301',
    '😀'.repeat(500),
  ])('is no %s', async (text) => {
    const message = await ann.send(group.id, 'nothing')
    expect(await refused(react(ann, message.id, text))).toEqual([422, 'INVALID'])
    expect((await stored(ann, message.id)).reactions).toEqual([])
  })

  it('is not for a deleted, foreign or unknown message', async () => {
    const message = await ann.send(group.id, 'soon gone')
    await ok(react(bob, message.id, '👍'))
    await ok(ann.request('DELETE', group.path(`/messages/${message.id}`)))
    expect((await stored(bob, message.id)).reactions).toEqual([])
    expect(await refused(react(bob, message.id, '👍'))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(takeBack(bob, message.id, '👍'))).toEqual([404, 'NOT_FOUND'])
    const other = await TestGroup.make(ann, [])
    const foreign = await ann.send(other.id, 'not for Bob')
    expect(await refused(react(bob, foreign.id, '👍'))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(react(bob, 'f'.repeat(24), '👍'))).toEqual([404, 'NOT_FOUND'])
    const [notice] = await group.history(ann)
    expect(await refused(react(bob, notice!.id, '👍'))).toEqual([403, 'FORBIDDEN'])
  })

  it('is answered to newcomers without a quote of what is hidden from them', async () => {
    const closed = await TestGroup.make(ann, [bob])
    const hidden = await ann.send(closed.id, 'before Cy came')
    await ok(closed.add(ann, cy))
    const reply = { clientId: newClientId(), text: 'after', replyToId: hidden.id }
    const { message } = await ok(ann.post(closed.path('/messages'), reply))
    await ok(closed.change(ann, { settings: { history: 'joined' } }))
    const address = closed.path(`/messages/${message.id}/reactions/${encodeURIComponent('👍')}`)
    for (const method of ['PUT', 'PUT', 'DELETE'])
      expect((await ok(cy.request(method, address))).message.replyTo.excerpt).toBe('')
    expect((await ok(bob.request('PUT', address))).message.replyTo.excerpt).toBe('before Cy came')
    expect(await refused(cy.request('PUT', closed.path(`/messages/${hidden.id}/reactions/x`)))).toEqual([
      422,
      'INVALID',
    ])
    const path = closed.path(`/messages/${hidden.id}/reactions/${encodeURIComponent('👍')}`)
    expect(await refused(cy.request('PUT', path))).toEqual([404, 'NOT_FOUND'])
  })

  it('needs the right to react', async () => {
    const message = await ann.send(group.id, 'look, do not touch')
    await ok(react(bob, message.id, '👀'))
    await ok(group.changeMember(ann, bob, { deny: ['react'] }))
    expect(await refused(react(bob, message.id, '👍'))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(takeBack(bob, message.id, '👀'))).toEqual([403, 'FORBIDDEN'])
    await ok(group.changeMember(ann, bob, { deny: [] }))
    await ok(react(bob, message.id, '👍'))
  })
})

const KINDS = Array.from({ length: LIMITS.reactionKinds }, (_, index) => String.fromCodePoint(0x1f600 + index))

it('there are at most 20 kinds, and one that nobody has any more makes room', async () => {
  const message = await ann.send(group.id, 'popular')
  for (const emoji of KINDS) await ok(react(ann, message.id, emoji))
  expect(await refused(react(bob, message.id, '👍'))).toEqual([422, 'INVALID'])
  await ok(react(bob, message.id, KINDS[0]!))
  await ok(takeBack(ann, message.id, KINDS[1]!))
  await ok(react(bob, message.id, '👍'))
  expect(await refused(react(bob, message.id, '👎'))).toEqual([422, 'INVALID'])
  const { reactions } = await stored(bob, message.id)
  expect(reactions.map(({ emoji }) => emoji)).toEqual([...KINDS.filter((_, index) => index !== 1), '👍'])
})

it('of 20 people at the same moment none is lost, and pages name them all', async () => {
  const crowd = await people(server.url, ...Array.from({ length: 20 }, (_, index) => `Person ${index}`))
  const large = await TestGroup.make(ann, crowd)
  const message = await ann.send(large.id, 'everybody?')
  const at = (emoji: string) => large.path(`/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`)
  const answers = await Promise.all(
    crowd.flatMap((person, index) => ['👍', KINDS[index % 3]!].map((emoji) => person.request('PUT', at(emoji)))),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  const [last] = (await large.history(ann)).slice(-1)
  expect(new Map(last!.reactions.map(({ emoji, count }) => [emoji, count]))).toEqual(
    new Map([
      ['👍', 20],
      [KINDS[0]!, 7],
      [KINDS[1]!, 7],
      [KINDS[2]!, 6],
    ]),
  )
  const found: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const query = `?limit=7&emoji=${encodeURIComponent('👍')}${next && `&after=${next}`}`
    const page: { users: { id: string }[]; next: string | null } = await ok(
      ann.get(large.path(`/messages/${message.id}/reactions${query}`)),
    )
    found.push(...page.users.map(({ id }) => id))
    next = page.next
  }
  const unknown = await ok(ann.get(large.path(`/messages/${message.id}/reactions?after=${'f'.repeat(24)}`)))
  expect(unknown).toEqual({ users: [], next: null })
  expect(found.toSorted()).toEqual(crowd.map(({ user }) => user.id).toSorted())
  await Promise.all(crowd.map((person) => ok(person.request('DELETE', at('👍')))))
  const [after] = (await large.history(ann)).slice(-1)
  expect(after!.reactions.some(({ emoji }) => emoji === '👍')).toBe(false)
  expect(await refused(cy.get(large.path(`/messages/${message.id}/reactions`)))).toEqual([404, 'NOT_FOUND'])
})
