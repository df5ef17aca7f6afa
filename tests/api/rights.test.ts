import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestSchemas } from '#shared/protocol/client'
import { newClientId, Person, register, signIn } from '../support/person'
import { startServer, type TestServer } from '../support/server'

/** Ann and Bob have a conversation; Eve is signed in and has nothing to do with it. */
let server: TestServer
let ann: Person
let bob: Person
let eve: Person
let chat: string
let secret: string

beforeAll(async () => {
  server = await startServer()
  // The first account administers the server, so it is none of these.
  await register(server.url, 'Ada')
  ;[ann, bob, eve] = await Promise.all([
    register(server.url, 'Ann'),
    register(server.url, 'Bob'),
    register(server.url, 'Eve'),
  ])
  chat = (await ann.chatWith(bob)).id
  secret = (await ann.send(chat, 'a secret between Ann and Bob')).id
})
afterAll(() => server.discard())

const UNKNOWN = 'f'.repeat(24)
const text = () => ({ clientId: newClientId(), text: 'hello' })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

/**
 * What each route answers to someone not signed in, to Eve, and to Ann. Every file below server/api has its line,
 * here or, with all the roles of a group, in tests/api/groupsAccess.test.ts.
 */
const ROUTES: [method: string, path: string, nobody: number, stranger: number, member: number, body?: () => unknown][] =
  [
    ['GET', '/api/health', 200, 200, 200],
    ['GET', '/api/ready', 200, 200, 200],
    ['GET', '/api/nothing/here', 404, 404, 404],
    ['POST', '/api/auth/register', 422, 422, 422],
    ['POST', '/api/auth/login', 422, 422, 422],
    ['POST', '/api/auth/password/forgot', 422, 422, 422],
    ['POST', '/api/auth/password/reset', 422, 422, 422],
    ['POST', '/api/auth/email/verify', 422, 422, 422],
    ['POST', '/api/me/email/verification', 401, 204, 204],
    ['DELETE', '/api/admin/people/{unknown}/factor', 401, 404, 404],
    ['POST', '/api/auth/login/code', 401, 401, 401, () => ({ code: '123456' })],
    ['GET', '/api/me/factor', 401, 200, 200],
    ['POST', '/api/me/factor/setup', 401, 422, 422],
    ['PUT', '/api/me/factor', 401, 422, 422],
    ['DELETE', '/api/me/factor', 401, 422, 422],
    ['POST', '/api/me/factor/recovery-codes', 401, 422, 422],
    ['POST', '/api/admin/people/{unknown}/reset-link', 401, 404, 404],
    ['POST', '/api/auth/refresh', 401, 200, 200],
    ['POST', '/api/auth/logout', 204, 204, 204],
    ['GET', '/api/me', 401, 200, 200],
    ['PATCH', '/api/me', 401, 200, 200],
    ['PUT', '/api/me/username', 401, 422, 422, () => ({ username: 'another.name', password: 'not it' })],
    ['PUT', '/api/me/password', 401, 422, 422, () => ({ current: 'not it', next: 'another long one' })],
    ['GET', '/api/me/sessions', 401, 200, 200],
    ['DELETE', '/api/me/sessions/{session}', 401, 404, 204],
    ['GET', '/api/users', 401, 200, 200],
    ['GET', '/api/users/{ann}', 401, 200, 200],
    ['GET', '/api/blocks', 401, 200, 200],
    ['PUT', '/api/blocks/{unknown}', 401, 404, 404],
    ['DELETE', '/api/blocks/{unknown}', 401, 204, 204],
    ['GET', '/api/conversations', 401, 200, 200],
    ['POST', '/api/conversations', 401, 201, 200, () => ({ kind: 'direct', userId: bob.user.id })],
    ['GET', '/api/conversations/{chat}', 401, 404, 200],
    ['PATCH', '/api/conversations/{chat}/me', 401, 404, 200, () => ({ notify: 'mentions' })],
    ['GET', '/api/conversations/{chat}/members', 401, 404, 200],
    ['GET', '/api/conversations/{chat}/messages', 401, 404, 200],
    ['POST', '/api/conversations/{chat}/messages', 401, 404, 201, text],
    ['PUT', '/api/conversations/{chat}/read', 401, 404, 204, () => ({ seq: 1 })],
    ['POST', '/api/uploads', 401, 422, 422],
    ['POST', '/api/uploads/{unknown}/parts', 401, 404, 404, () => ({ numbers: [1] })],
    ['POST', '/api/uploads/{unknown}/complete', 401, 404, 404, () => ({ parts: [{ number: 1, etag: 'x' }] })],
    ['DELETE', '/api/uploads/{unknown}', 401, 404, 404],
    ['GET', '/api/files/{unknown}', 401, 404, 404],
    ['GET', '/api/files/{unknown}/thumbnail', 401, 404, 404],
    ['PUT', '/api/storage/{multipart}/{number}', 422, 422, 422],
    ['GET', '/api/search?q=secret', 401, 200, 200],
    ['POST', '/api/messages/forward', 401, 404, 201, () => ({ messageIds: [secret], to: [chat], withNames: true })],
    ['PUT', '/api/pins', 401, 204, 204, () => ({ conversationIds: [chat] })],
    ['GET', '/api/saved', 401, 200, 200],
    ['GET', '/api/push', 401, 200, 200],
    ['POST', '/api/push', 401, 422, 422],
    ['DELETE', '/api/push', 401, 204, 204],
    ['PUT', '/api/saved/{secret}', 401, 404, 204],
    ['DELETE', '/api/saved/{secret}', 401, 204, 204],
    ['GET', '/api/scheduled', 401, 200, 200],
    ['POST', '/api/scheduled', 401, 404, 201, () => ({ conversationId: chat, at: inAnHour(), ...text() })],
    ['PATCH', '/api/scheduled/{unknown}', 401, 404, 404],
    ['DELETE', '/api/scheduled/{unknown}', 401, 404, 404],
    ['POST', '/api/sync', 401, 200, 200, () => ({ conversations: {} })],
    // Neither has a server role, so they learn nothing of these routes: tests/security/administration.test.ts has the rest.
    ['GET', '/api/admin/people', 401, 404, 404],
    ['GET', '/api/admin/people/{ann}', 401, 404, 404],
    ['PATCH', '/api/admin/people/{ann}', 401, 404, 404],
    ['PUT', '/api/admin/people/{ann}/suspension', 401, 404, 404],
    ['DELETE', '/api/admin/people/{ann}/suspension', 401, 404, 404],
    ['DELETE', '/api/admin/people/{ann}/sessions', 401, 404, 404],
    ['GET', '/api/admin/groups', 401, 404, 404],
    ['GET', '/api/admin/groups/{unknown}/candidates', 401, 404, 404],
    ['POST', '/api/admin/groups/{unknown}/owner', 401, 404, 404],
    ['DELETE', '/api/admin/groups/{unknown}', 401, 404, 404],
    ['GET', '/api/admin/audit', 401, 404, 404],
  ]

const CODES: Record<number, string> = { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND', 422: 'INVALID' }

describe.each(ROUTES)('%s %s', (method, template, nobody, stranger, member, body) => {
  it.each([
    ['nobody', nobody],
    ['a stranger', stranger],
    ['a member', member],
  ] as const)(`gives %s %i`, async (who, status) => {
    // A session of its own for each, as some of these end it.
    const caller = who === 'nobody' ? new Person(server.url) : await signIn(who === 'a member' ? ann : eve)
    const sessions = (await (who === 'a member' ? caller : ann).get('/api/me/sessions')).body.sessions
    const session = sessions.find(({ current }: { current: boolean }) => current).id
    const path = template
      .replace('{chat}', chat)
      .replace('{ann}', ann.user.id)
      .replace('{session}', session)
      .replace('{secret}', secret)
      .replace('{unknown}', UNKNOWN)
    const answer = await caller.request(method, path, body?.() ?? (method === 'GET' ? undefined : {}))
    expect([answer.status, answer.body?.data?.code]).toEqual([status, CODES[status]])
    expect(who === 'a member' || !JSON.stringify(answer.body ?? '').includes('secret')).toBe(true)
  })
})

it('the table has a line for every route', () => {
  const folder = resolve(import.meta.dirname, '../../server/api')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const routes = files
    .filter((file) => file !== '[...].ts' && !/^(?:conversations|invites)\b/.test(file))
    .map((file) => /^(.*?)(?:\/index)?\.(get|post|put|patch|delete)\.ts$/.exec(file)!)
    .map(([, path, method]) => `${method!.toUpperCase()} /api/${path!.replace(/\[\w+\]/g, '{}')}`)
  const known = ROUTES.map(([method, path]) => `${method} ${path.replace(/\{\w+\}/g, '{}').replace(/\?.*$/, '')}`)
  expect(routes.filter((route) => !known.includes(route))).toEqual([])
})

it('what a stranger must not know about is answered like what does not exist', async () => {
  for (const [method, template, , stranger, , body] of ROUTES) {
    if (stranger !== 404 || !template.includes('{chat}')) continue
    const [hidden, absent] = await Promise.all(
      [chat, UNKNOWN].map((id) => eve.request(method, template.replace('{chat}', id), body?.())),
    )
    const withoutAddress = ({ url: _, ...rest }: Record<string, unknown>) => rest
    expect(withoutAddress(hidden!.body)).toEqual(withoutAddress(absent!.body))
  }
})

/** What each request over the socket answers to Eve and to Ann. Someone not signed in has no socket. */
const REQUESTS: Record<keyof typeof requestSchemas, [stranger: string, member: string, data?: () => unknown]> = {
  'message.send': ['NOT_FOUND', 'ok', () => ({ conversationId: chat, ...text() })],
  'message.edit': ['NOT_FOUND', 'ok', () => ({ conversationId: chat, messageId: secret, text: 'a secret, edited' })],
  'message.delete': ['NOT_FOUND', 'NOT_FOUND', () => ({ conversationId: chat, messageId: UNKNOWN })],
  'message.heard': ['NOT_FOUND', 'INVALID', () => ({ conversationId: chat, messageId: secret })],
  'reaction.set': ['NOT_FOUND', 'ok', () => ({ conversationId: chat, messageId: secret, emoji: '👍' })],
  'reaction.unset': ['NOT_FOUND', 'ok', () => ({ conversationId: chat, messageId: secret, emoji: '👍' })],
  'conversation.read': ['NOT_FOUND', 'ok', () => ({ conversationId: chat, seq: 1 })],
  'typing.set': ['NOT_FOUND', 'ok', () => ({ conversationId: chat, typing: true })],
  'presence.watch': ['ok', 'ok', () => ({ userIds: [bob.user.id] })],
  'screen.set': ['ok', 'ok', () => ({ conversationId: chat, canNotify: false })],
  sync: ['ok', 'ok', () => ({ conversations: { [chat]: 0 } })],
  ping: ['ok', 'ok'],
}

describe('over the socket', () => {
  it.each(Object.entries(REQUESTS))('%s', async (type, [stranger, member, data]) => {
    for (const [person, expected] of [
      [eve, stranger],
      [ann, member],
    ] as const) {
      const socket = await person.connect()
      const answer = await socket.request(type, data?.())
      expect(answer.ok ? 'ok' : answer.error!.code).toBe(expected)
      await socket.close()
    }
  })

  it('the table has a line for every request', () => {
    expect(Object.keys(REQUESTS).toSorted()).toEqual(Object.keys(requestSchemas).toSorted())
  })

  it('nobody gets a socket without signing in', async () => {
    await expect(new Person(server.url).connect()).rejects.toMatchObject({ statusCode: 401 })
  })
})

it('nothing of a conversation reaches a stranger: no event, no count, no search', async () => {
  const stranger = await register(server.url, 'Mallory')
  const [outside, inside] = await Promise.all([stranger.connect(), bob.connect()])
  // Also not by asking for it by name.
  await outside.request('typing.set', { conversationId: chat, typing: true })
  await outside.request('presence.watch', { userIds: [bob.user.id, ann.user.id] })
  const message = await ann.send(chat, 'a second secret')
  await ann.request('PUT', `/api/conversations/${chat}/read`, { seq: message.seq })
  await inside.request('typing.set', { conversationId: chat, typing: true })
  await inside.next('read.updated', ({ lastReadSeq }) => lastReadSeq === message.seq)
  // Answers and events of one socket come in order: what was sent to it by now has arrived before this.
  await outside.request('ping')
  expect(outside.events.filter(({ type }) => type !== 'hello' && type !== 'presence')).toEqual([])
  expect((await stranger.get('/api/conversations')).body).toEqual({ conversations: [] })
  const synced = await stranger.post('/api/sync', { conversations: { [chat]: 0 } })
  expect(synced.body).toEqual({ conversations: [], changes: {}, removed: [chat] })
  expect((await outside.request('sync', { conversations: { [chat]: 0 } })).data).toEqual(synced.body)
  expect((await stranger.get('/api/users?q=secret')).body).toEqual({ users: [] })
  await Promise.all([outside.close(), inside.close()])
})

it('a reply names only what its sender can see', async () => {
  const ownChat = (await eve.chatWith(ann)).id
  const answer = await eve.post(`/api/conversations/${ownChat}/messages`, { ...text(), replyToId: secret })
  expect([answer.status, answer.body.data.code]).toEqual([404, 'NOT_FOUND'])
})
