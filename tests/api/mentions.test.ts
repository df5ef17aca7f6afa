import { afterAll, beforeAll, expect, it } from 'vitest'
import { mentionOf } from '#shared/domain/text/mentions'
import type { Message } from '#shared/schemas/message'
import { TestGroup, ok, people, refused } from '../support/groups/group'
import { newClientId, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cleo: Person
let stranger: Person

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob, cleo, stranger] = await people(server.url, 'Ann', 'Bob', 'Cleo', 'Stranger')
})
afterAll(() => server?.stop())

const at = (...mentioned: Person[]) => mentioned.map(({ user }) => mentionOf(user.id)).join(' ')
const read = (person: Person, group: TestGroup, seq: number) => ok(person.request('PUT', group.path('/read'), { seq }))

async function say(group: TestGroup, person: Person, text: string): Promise<Message> {
  return (await ok(group.post(person, text))).message
}

/** The unread mentions of a person, as the list, the conversation and a sync tell. */
async function mentioned(person: Person, group: TestGroup): Promise<number[]> {
  const own = (await group.seenBy(person)).me
  const isGroup = ({ id }: { id: string }) => id === group.id
  const listed = (await ok(person.get('/api/conversations'))).conversations.find(isGroup).me
  const synced = (await ok(person.post('/api/sync', { conversations: {} }))).conversations.find(isGroup).me
  for (const me of [own, listed, synced]) {
    expect(me.mentionSeqs).toEqual(own.mentionSeqs)
    expect(me.mentions).toBe(own.mentionSeqs.length)
  }
  return own.mentionSeqs
}

it('counts unread mentions, and takes them back by reading', async () => {
  const group = await TestGroup.make(ann, [bob, cleo])
  const socket = await bob.connect()
  const first = await say(group, ann, `look, ${at(bob)}!`)
  expect(first).toMatchObject({ text: `look, ${at(bob)}!`, mentions: [bob.user.id], mentionsAll: false })
  const { message } = await socket.next('message.created', (event) => event.message.id === first.id)
  expect(message.mentions).toEqual([bob.user.id])
  await socket.close()
  await say(group, ann, 'nobody')
  const second = await say(group, cleo, `${at(bob)} and ${at(ann, bob)}`)
  expect(second.mentions).toEqual([bob.user.id, ann.user.id])
  expect(await mentioned(bob, group)).toEqual([first.seq, second.seq])
  expect(await mentioned(ann, group)).toEqual([second.seq])
  // One's own message is never unread.
  expect(await mentioned(cleo, group)).toEqual([])
  await say(group, cleo, at(cleo))
  expect(await mentioned(cleo, group)).toEqual([])
  await read(bob, group, first.seq)
  expect(await mentioned(bob, group)).toEqual([second.seq])
  await read(bob, group, second.seq)
  expect(await mentioned(bob, group)).toEqual([])
})

it('takes them back by edits and deletions, and counts those that an edit adds', async () => {
  const group = await TestGroup.make(ann, [bob])
  const [edited, deleted, added] = [
    await say(group, ann, at(bob)),
    await say(group, ann, `${at(bob)}?`),
    await say(group, ann, 'nobody'),
  ]
  expect(await mentioned(bob, group)).toEqual([edited.seq, deleted.seq])
  expect((await ok(group.edit(ann, edited.id, 'never mind'))).message.mentions).toEqual([])
  expect(await mentioned(bob, group)).toEqual([deleted.seq])
  await ok(group.erase(ann, deleted.id))
  expect(await mentioned(bob, group)).toEqual([])
  expect((await ok(group.edit(ann, added.id, `so: ${at(bob)}`))).message.mentions).toEqual([bob.user.id])
  expect(await mentioned(bob, group)).toEqual([added.seq])
  const [, gone] = (await group.history(bob)).filter(({ kind }) => kind === 'text')
  expect(gone!.mentions).toEqual([])
})

it('never mentions strangers, nor people who left or were removed', async () => {
  const group = await TestGroup.make(ann, [bob, cleo])
  const other = await TestGroup.make(stranger, [])
  const text = `hi ${at(stranger)} and ${at(bob)} and ${mentionOf('f'.repeat(24))}`
  const sent = await say(group, ann, text)
  expect(sent).toMatchObject({ text, mentions: [bob.user.id] })
  await ok(group.remove(ann, bob))
  expect(await say(group, ann, at(bob))).toMatchObject({ mentions: [] })
  expect((await ok(group.edit(ann, sent.id, `${text}!`))).message.mentions).toEqual([])
  expect((await ok(stranger.get('/api/conversations'))).conversations.map(({ id }: { id: string }) => id)).toEqual([
    other.id,
  ])
  // Newcomers have nothing unread from before, although it names them.
  const before = await say(group, cleo, at(stranger))
  await ok(group.add(ann, stranger))
  expect(before.mentions).toEqual([])
  expect(await mentioned(stranger, group)).toEqual([])
})

it('mentions everybody only by right', async () => {
  const group = await TestGroup.make(ann, [bob, cleo])
  const plain = await say(group, bob, '@all, look')
  expect(plain).toMatchObject({ text: '@all, look', mentionsAll: false })
  expect([await mentioned(ann, group), await mentioned(cleo, group)]).toEqual([[], []])
  const all = await say(group, ann, '@all, look')
  expect(all).toMatchObject({ mentionsAll: true, mentions: [] })
  expect([await mentioned(ann, group), await mentioned(bob, group), await mentioned(cleo, group)]).toEqual([
    [],
    [all.seq],
    [all.seq],
  ])
  await ok(group.changeMember(ann, bob, { allow: ['mentionAll'] }))
  expect((await say(group, bob, '@all again')).mentionsAll).toBe(true)
  await ok(group.edit(ann, all.id, 'all of you'))
  expect(await mentioned(bob, group)).toEqual([])
  // A direct chat has no such right.
  const { id } = await ann.chatWith(bob)
  const direct = await ok(
    ann.post(`/api/conversations/${id}/messages`, { clientId: newClientId(), text: `@all ${at(bob)}` }),
  )
  expect(direct.message).toMatchObject({ mentionsAll: false, mentions: [bob.user.id] })
})

it('is bounded, however many a text has', async () => {
  const group = await TestGroup.make(ann, [bob])
  const ids = Array.from({ length: 280 }, (_, index) => mentionOf((index + 1).toString(16).padStart(24, '0')))
  expect((await say(group, ann, ids.join(''))).mentions).toEqual([])
  expect((await say(group, ann, `${at(bob)}`.repeat(280))).mentions).toEqual([bob.user.id])
  expect(await refused(group.post(ann, at(bob).repeat(400)))).toEqual([422, 'INVALID'])
  expect(await refused(group.post(ann, at(bob).repeat(10_000)))).toEqual([413, 'TOO_LARGE'])
  for (let sent = 0; sent < 3; sent++) await say(group, ann, at(bob))
  expect(await mentioned(bob, group)).toHaveLength(4)
})
