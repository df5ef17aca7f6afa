import type { Db } from 'mongodb'
import { ObjectId } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SearchPage } from '#shared/schemas/search'
import { sentFile } from '../support/files/uploads'
import { eventually } from '../support/files/stores'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { startOwnDatabase } from '../support/ownDatabase'
import { newClientId, Person } from '../support/person'
import type { TestServer } from '../support/server'

let server: TestServer
let database: Db
let stop: () => Promise<void>
let ann: Person
let bob: Person
let cem: Person

beforeAll(async () => {
  ;({ server, database, stop } = await startOwnDatabase())
  ;[ann, bob, cem] = await people(server.url, 'Ann Nguyễn', 'Bob', 'Cem')
})
afterAll(() => stop())

function search(person: Person, query: Record<string, string>) {
  return person.get<SearchPage>(`/api/search?${new URLSearchParams(query)}`)
}

async function texts(person: Person, q: string, query: Record<string, string> = {}): Promise<string[]> {
  const { results } = await ok(search(person, { q, ...query }))
  return results.map(({ message }) => message.text)
}

/** All results of a search, page by page. */
async function allTexts(person: Person, query: Record<string, string>): Promise<string[]> {
  const found: string[] = []
  for (let before = ''; ;) {
    const { results, next } = await ok(search(person, { ...query, ...(before && { before }) }))
    found.push(...results.map(({ message }) => message.text))
    if (next === null) return found
    expect(next).not.toBe(before)
    before = next
  }
}

/** Sends a segment of messages and some more, so that everything before them is indexed, and waits for that. */
async function indexed(person: Person, conversationId: string): Promise<void> {
  const socket = await person.connect()
  const filler = (text: string) => ({ conversationId, clientId: newClientId(), text })
  const sent = await Promise.all(Array.from({ length: 140 }, () => socket.request('message.send', filler('xxxx'))))
  await socket.close()
  const { seq } = sent[0]!.data.message
  await eventually(async () => {
    const stored = await database.collection('conversations').findOne({ _id: new ObjectId(conversationId) })
    return stored?.indexedSeq >= seq - 1
  }, 'the index to follow')
}

const TEXTS = [
  'Cuộc họp ngày mai ở phòng lớn',
  'Đường Đinh Tiên Hoàng',
  '明天下午三点在会议室开会',
  'พรุ่งนี้ประชุมตอนบ่าย',
  '회의는 내일 오전입니다',
  'The report, with https://example.org/Figures',
  'the REPORT again',
]
const QUESTIONS: [string, number[]][] = [
  ['hop mai', [0]],
  ['mai họp', [0]],
  ['phòng lo', [0]],
  ['duong dinh', [1]],
  ['会议', [2]],
  ['下午 会议室', [2]],
  ['ประชุม', [3]],
  ['회의', [4]],
  ['REPORT', [6, 5]],
  ['rep', [6, 5]],
  ['rep the', []],
  ['report figures', [5]],
  ['has:link', [5]],
  ['has:link again', []],
  ['r', [6, 5]],
  ['report before:2020-01-01', []],
  ['report after:2020-01-01', [6, 5]],
  ['nothing like this', []],
]

describe.each(['before they are indexed', 'when they are indexed'])('messages are found %s', (when) => {
  let chat: string

  beforeAll(async () => {
    const group = await TestGroup.make(ann, [bob], 'Dự án mới')
    chat = group.id
    for (const text of TEXTS) await ann.send(chat, text)
    if (when === 'when they are indexed') await indexed(bob, chat)
  })

  it.each(QUESTIONS)('%j', async (q, indices) => {
    expect(await texts(bob, q, { conversationId: chat })).toEqual(indices.map((index) => TEXTS[index]))
  })

  it('with what was found, the conversation and where it is', async () => {
    const { results, next } = await ok(search(bob, { q: 'hop mai', conversationId: chat }))
    expect(next).toBeNull()
    expect(results).toHaveLength(1)
    const [{ message, conversation, highlights }] = results as [SearchPage['results'][0]]
    expect(conversation).toMatchObject({ id: chat, name: 'Dự án mới', me: { role: 'member' } })
    expect(highlights.map(({ start, end }) => message.text.slice(start, end))).toEqual(['họp', 'mai'])
  })

  it('by who sent them', async () => {
    await bob.send(chat, 'my own report')
    expect(await texts(bob, 'report', { conversationId: chat, senderId: bob.user.id })).toEqual(['my own report'])
    expect(await texts(bob, `from:${ann.user.username} report`, { conversationId: chat })).toHaveLength(2)
    expect(await texts(bob, 'from:"ann nguyen" rep', { conversationId: chat })).toHaveLength(2)
    expect(await texts(bob, 'from:me report', { conversationId: chat })).toEqual(['my own report'])
    expect(await texts(bob, 'from:nobodyhere report', { conversationId: chat })).toEqual([])
    // Nobody wrote these words, but somebody has this name.
    expect(await allTexts(bob, { q: 'Ann Nguyen', conversationId: chat, limit: '3' })).toEqual(TEXTS.toReversed())
  })

  it('in the conversation with a name', async () => {
    expect(await texts(ann, 'hop in:"du an"')).toContain(TEXTS[0])
    expect(await texts(ann, 'hop in:elsewhere')).toEqual([])
  })

  it('as they are now: edits and deletions count at once', async () => {
    const edited = await ann.send(chat, 'about zebras')
    const deleted = await ann.send(chat, 'about giraffes')
    if (when === 'when they are indexed') await indexed(bob, chat)
    expect(await texts(bob, 'zebra')).toEqual(['about zebras'])
    await ok(ann.request('PATCH', `/api/conversations/${chat}/messages/${edited.id}`, { text: 'about okapis' }))
    await ok(ann.request('DELETE', `/api/conversations/${chat}/messages/${deleted.id}`))
    expect(await texts(bob, 'zebra')).toEqual([])
    expect(await texts(bob, 'okapi')).toEqual(['about okapis'])
    expect(await texts(bob, 'giraffe')).toEqual([])
    // What is gone leaves the index too.
    await eventually(
      async () => !(await database.collection('searchSegments').findOne({ keys: { $in: ['zebras', 'giraffes'] } })),
      'the deleted words to leave the index',
    )
    await ok(ann.request('DELETE', `/api/conversations/${chat}/messages/${edited.id}`))
  })

  it('by the names of their files', async () => {
    const message = await sentFile(ann, chat, Buffer.from('hello'), { name: 'Báo-cáo_quý 3.pdf' })
    if (when === 'when they are indexed') await indexed(bob, chat)
    const { results } = await ok(search(bob, { q: 'bao cao has:file', conversationId: chat }))
    expect(results.map((one) => one.message.id)).toEqual([message.id])
    const [file] = message.attachments
    expect(
      results[0]!.highlights.map(({ attachmentId, start, end }) => [attachmentId, file!.name.slice(start, end)]),
    ).toEqual([
      [file!.id, 'Báo'],
      [file!.id, 'cáo'],
    ])
    expect(await texts(bob, 'bao cao has:image', { conversationId: chat })).toEqual([])
  })

  it('by whom they mention', async () => {
    await ann.send(chat, `lion for <@${bob.user.id}>`)
    await ann.send(chat, `lion for @all`)
    await ann.send(chat, 'lion for nobody')
    if (when === 'when they are indexed') await indexed(bob, chat)
    expect(await texts(bob, 'lion mentions:me', { conversationId: chat })).toEqual([
      'lion for @all',
      `lion for <@${bob.user.id}>`,
    ])
    expect(await texts(ann, 'lion mentions:me', { conversationId: chat })).toEqual(['lion for @all'])
    expect(await texts(bob, bob.user.id, { conversationId: chat })).toEqual([])
  })

  it('by their pins', async () => {
    const message = await ann.send(chat, 'the agreed plan')
    await ann.send(chat, 'another plan')
    if (when === 'when they are indexed') await indexed(bob, chat)
    const path = `/api/conversations/${chat}/pins/${message.id}`
    await ok(ann.request('PUT', path))
    expect(await texts(bob, 'plan is:pinned', { conversationId: chat })).toEqual(['the agreed plan'])
    await ok(ann.request('DELETE', path))
    expect(await texts(bob, 'is:pinned', { conversationId: chat })).toEqual([])
  })

  it('page by page, each once', async () => {
    const wanted = Array.from({ length: 25 }, (_, index) => `penguin ${index}`)
    for (const text of wanted) await ann.send(chat, text)
    if (when === 'when they are indexed') await indexed(bob, chat)
    expect(await allTexts(bob, { q: 'penguin', conversationId: chat, limit: '10' })).toEqual(wanted.toReversed())
    expect(await allTexts(bob, { q: 'penguin', conversationId: chat, limit: '25' })).toEqual(wanted.toReversed())
  })
})

describe('a search of all conversations', () => {
  it('has the newest first, page by page, and nothing of other people', async () => {
    const groups = await Promise.all(['One', 'Two', 'Three'].map((name) => TestGroup.make(ann, [bob], name)))
    const secret = await TestGroup.make(cem, [], 'Secret')
    await cem.send(secret.id, 'walrus of Cem')
    const wanted: string[] = []
    for (let index = 0; index < 30; index++) {
      const text = `walrus ${index}`
      await ann.send(groups[index % 3]!.id, text)
      wanted.unshift(text)
      if (index === 20) await indexed(ann, groups[0]!.id)
    }
    expect(await allTexts(bob, { q: 'walrus', limit: '7' })).toEqual(wanted)
    expect(await allTexts(cem, { q: 'walrus' })).toEqual(['walrus of Cem'])
    expect(await refused(search(bob, { q: 'walrus', conversationId: secret.id }))).toEqual([404, 'NOT_FOUND'])
    const foreign = (await ok(search(cem, { q: 'walrus' }))).results[0]!.message.id
    expect(await refused(search(bob, { q: 'walrus', before: foreign }))).toEqual([422, 'INVALID'])
  })

  it('ends with the membership, and begins where a newcomer may see', async () => {
    const group = await TestGroup.make(ann, [bob], 'Moving')
    await ok(group.change(ann, { settings: { history: 'joined' } }))
    await ann.send(group.id, 'badger before')
    await ok(ann.post(group.path('/members'), { userIds: [cem.user.id] }))
    await ann.send(group.id, 'badger after')
    expect(await texts(cem, 'badger')).toEqual(['badger after'])
    expect(await texts(bob, 'badger')).toEqual(['badger after', 'badger before'])
    await indexed(ann, group.id)
    expect(await texts(cem, 'badger')).toEqual(['badger after'])
    await ok(ann.request('DELETE', group.path(`/members/${bob.user.id}`)))
    expect(await texts(bob, 'badger')).toEqual([])
    await ok(ann.request('DELETE', group.path()))
    expect(await texts(ann, 'badger')).toEqual([])
    await eventually(
      async () => !(await database.collection('searchSegments').findOne({ conversationId: new ObjectId(group.id) })),
      'the index to forget the group',
    )
  })
})

describe('bad input', () => {
  it.each([
    { q: '' },
    { q: '   ' },
    { q: '\u0000' },
    { q: 'a'.repeat(10_240) },
    { q: 'x', limit: '0' },
    { q: 'x', limit: '51' },
    { q: 'x', before: 'yesterday' },
    { q: 'x', before: '2026-99-99T00:00:00Z' },
    { q: 'x', before: '0'.repeat(24) },
    { q: 'x', conversationId: 'x' },
    { q: 'x', 'senderId[$ne]': 'x' },
    { q: 'x', other: 'x' },
    { 'q[$gt]': '' },
    { q: 'x', utcOffset: '1e9' },
  ] as Record<string, string>[])('%j is refused', async (query) => {
    expect(await refused(search(ann, query))).toEqual([422, 'INVALID'])
  })

  it.each([
    '$where:1',
    '.*',
    '(a+)+$',
    '{"$gt":""}',
    '" OR 1=1 --',
    'from: has: in:',
    'from:$ne',
    'from:"',
    '*',
    '@',
    'has:everything',
    'is:pinned',
    'mentions:me',
    'before:9999-12-31 after:0001-01-01 x',
    'a '.repeat(250),
    '𝕏'.repeat(200),
  ])('%j does no harm', async (q) => {
    expect((await search(ann, { q })).status).toBe(200)
  })

  it('asks for a session', async () => {
    expect(await refused(search(new Person(server.url), { q: 'x' }))).toEqual([401, 'UNAUTHENTICATED'])
  })
})
