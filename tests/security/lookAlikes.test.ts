import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, PASSWORD, Person, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'

/** Names, messages and links that look like others, or like nothing. */
let server: TestServer
let ann: Person
let bob: Person
let chat: string
beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(server.url, name)))) as [Person, Person]
  chat = (await ann.chatWith(bob)).id
})
afterAll(() => server.discard())

let count = 0
function registered(fields: Record<string, string>) {
  const username = `person${++count}`
  const input = { email: `${username}@example.com`, username, displayName: 'Somebody', password: PASSWORD, ...fields }
  return new Person(server.url).post('/api/auth/register', input)
}
const issueOf = (answer: { status: number; body: any }) => [
  answer.status,
  answer.body.data?.issues?.[0]?.path,
  answer.body.data?.issues?.[0]?.code,
]

const INVISIBLE = [
  '\u3164',
  '\u2800',
  '\u034f',
  '\u115f',
  '\u1160',
  '\u17b4',
  '\uffa0',
  '\u200b\u200d',
  '\u{e0041}\u{e007f}',
  '\ufe0f',
  '\u202e',
  '\u2062',
]

describe('names', () => {
  it.each(INVISIBLE)('of people and groups cannot be %j', async (name) => {
    expect(issueOf(await registered({ displayName: name }))).toEqual([422, ['displayName'], 'blank'])
    expect(issueOf(await ann.request('PATCH', '/api/me', { displayName: name }))).toEqual([
      422,
      ['displayName'],
      'blank',
    ])
    expect(issueOf(await ann.post('/api/conversations', { kind: 'group', name, memberIds: [] }))).toEqual([
      422,
      ['name'],
      'blank',
    ])
  })

  it.each([
    ['Ben\u200b Carter', 'Ben Carter'],
    ['Ben\u00a0\u2003Carter', 'Ben Carter'],
    ['\u202eBen Carter', 'Ben Carter'],
    ['Be\u0301n', 'Bén'],
    [`B${'\u0336'.repeat(400)}en`, `B${'\u0336'.repeat(4)}en`],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['👩‍💻 Kim', '👩‍💻 Kim'],
  ])('%j is stored as %j', async (displayName, stored) => {
    const { status, body } = await registered({ displayName })
    expect([status, body.user?.displayName]).toEqual([201, stored])
    const group = await ann.post('/api/conversations', { kind: 'group', name: displayName, memberIds: [] })
    expect(group.body.conversation.name).toBe(stored)
  })

  it.each([
    'admin',
    'support',
    'system',
    'everyone',
    'here',
    'all',
    'Adm1n',
    'supp0rt',
    'ad.min',
    'root',
    'moderator',
    'adrnin',
  ])('%s cannot be a username', async (username) => {
    expect(issueOf(await registered({ username }))).toEqual([422, ['username'], 'reserved'])
  })
})

describe('messages', () => {
  const send = (text: string) => ann.post(`/api/conversations/${chat}/messages`, { clientId: newClientId(), text })

  it.each(INVISIBLE)('cannot be %j', async (text) => {
    expect(issueOf(await send(text))).toEqual([422, ['text'], 'blank'])
  })

  it('have no letter that covers others, no open change of direction, no control character', async () => {
    const text = (await send(`e${'\u0301'.repeat(400)} \u202eabc\u2067def\u0007\0\u009b`)).body.message.text as string
    expect(text.normalize('NFD').match(/\p{M}/gu)!.length).toBeLessThanOrEqual(8)
    expect(text).not.toMatch(/\p{Cc}|\u202e/u)
    expect(text.endsWith('\u2069')).toBe(true)
  })

  it.each([
    'evil.com/login',
    't.me/x',
    'bob@example.com',
    'mailto:bob@example.com',
    'https://example.com',
    '看https://example.com。',
    'www.example.com',
  ])('%j counts as a link if links are denied', async (text) => {
    const { conversation } = (
      await ann.post('/api/conversations', { kind: 'group', name: 'No links', memberIds: [bob.user.id] })
    ).body
    await ann.request('PATCH', `/api/conversations/${conversation.id}`, { permissions: { sendLink: 'admin' } })
    const answer = await bob.post(`/api/conversations/${conversation.id}/messages`, { clientId: newClientId(), text })
    expect([answer.status, answer.body.data?.code]).toEqual([403, 'FORBIDDEN'])
    expect((await bob.send(conversation.id, 'see README.md and setup.py')).text).toBe('see README.md and setup.py')
  })
})
