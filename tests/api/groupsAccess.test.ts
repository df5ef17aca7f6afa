import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestSchemas } from '#shared/protocol/client'
import { newClientId, Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { accept, ok, people, TestGroup } from '../support/groups/group'

let server: TestServer
/** The people who send requests, by their relation to the group, and the people whom the requests are about. */
let who: Record<'nobody' | 'stranger' | 'former' | 'banned' | 'member' | 'moderator' | 'admin' | 'owner', Person>
let target: Person
let secondAdmin: Person
let outcast: Person
let asker: Person
let group: TestGroup
let direct: TestGroup

beforeAll(async () => {
  server = await startServer()
  const [stranger, former, banned, member, moderator, admin, owner] = await people(
    server.url,
    'Stranger',
    'Former',
    'Banned',
    'Member',
    'Moderator',
    'Admin',
    'Owner',
  )
  ;[target, secondAdmin, outcast, asker] = await people(server.url, 'Target', 'Second admin', 'Outcast', 'Asker')
  who = { nobody: new Person(server.url), stranger, former, banned, member, moderator, admin, owner }
  group = await TestGroup.make(owner, [former, banned, member, moderator, admin, target, secondAdmin], 'A secret name')
  direct = new TestGroup((await member.chatWith(target)).id)
  await raise()
  await ok(group.remove(owner, former))
  await ok(group.ban(owner, banned))
})
afterAll(() => server.stop())

/** Those with a role have it again, whatever a cell before has done. */
async function raise() {
  await ok(group.add(who.owner, who.member, who.moderator, who.admin, target, secondAdmin))
  for (const [person, role] of [
    [who.moderator, 'moderator'],
    [who.admin, 'admin'],
    [secondAdmin, 'admin'],
    [target, 'member'],
  ] as const) {
    await ok(group.changeMember(who.owner, person, { role, allow: [], deny: [], until: null }))
  }
}
/** What a path's {name} stands for; made for each cell, so that none lives on what another has left. */
const PARTS: Record<string, (caller: Person) => unknown> = {
  group: () => group.id,
  caller: (caller) => caller.user?.id ?? 'f'.repeat(24),
  target: async () => (await ok(group.add(who.owner, target)), target.user.id),
  secondAdmin: async () => (await ok(group.add(who.owner, secondAdmin)), secondAdmin.user.id),
  outcast: async () => (await ok(group.ban(who.owner, outcast)), outcast.user.id),
  own: async (caller) => {
    const isIn = caller.user && (await group.members(who.owner)).some(({ user }) => user.id === caller.user.id)
    return (await ok(group.post(isIn ? caller : target))).message.id
  },
  others: async () => (await ok(group.post(target))).message.id,
  owners: async () => (await ok(group.post(who.owner))).message.id,
  invite: async () => (await group.invite(who.owner)).id,
  token: async () => (await group.invite(who.owner)).token,
  gatedToken: async () => {
    await ok(group.change(who.owner, { settings: { joinApproval: true } }))
    return (await group.invite(who.owner)).token
  },
  asker: async () => {
    await ok(group.change(who.owner, { settings: { joinApproval: true } }))
    if (!(await ok(accept(asker, (await group.invite(who.owner)).token))).pending) throw new Error('came in at once')
    return asker.user.id
  },
}
/** Brings back what a yes has changed. */
async function restore() {
  const { members } = await ok(who.owner.get(group.path()))
  const roles = new Map(members.map((one: any) => [one.user.id, one.role]))
  if (roles.get(target.user.id) === 'owner') await ok(group.handOver(target, who.owner))
  await ok(
    group.change(who.owner, {
      settings: { joinApproval: false },
      permissions: { pin: 'moderator', deleteGroup: 'owner' },
    }),
  )
  for (const person of [who.stranger, who.former, asker])
    if (roles.has(person.user.id)) await ok(group.remove(who.owner, person))
  for (const person of [target, secondAdmin]) await group.unban(who.owner, person)
  for (const person of [who.stranger, who.former, asker])
    await who.owner.request('DELETE', group.path(`/requests/${person.user.id}`))
  await raise()
}

const message = () => ({ clientId: newClientId(), text: 'hello' })
const OUT = [401, 404, 404, 404] as const

/** [route, nobody, stranger, former, banned, member, moderator, admin, owner, body] */
type Row = [route: string, ...statuses: number[] & { length: 8 }, body?: () => unknown]
const ROWS = [
  [
    'POST /api/conversations',
    401,
    201,
    201,
    201,
    201,
    201,
    201,
    201,
    () => ({ kind: 'group', name: 'Another', memberIds: [] }),
  ],
  ['GET /api/conversations', 401, 200, 200, 200, 200, 200, 200, 200],
  ['POST /api/sync', 401, 200, 200, 200, 200, 200, 200, 200, () => ({ conversations: { [group.id]: 0 } })],
  ['GET /api/conversations/{group}', ...OUT, 200, 200, 200, 200],
  ['PATCH /api/conversations/{group}', ...OUT, 403, 403, 200, 200, () => ({ name: 'A secret name' })],
  ['PATCH /api/conversations/{group}', ...OUT, 403, 403, 200, 200, () => ({ description: 'What it is about' })],
  ['PATCH /api/conversations/{group}', ...OUT, 403, 403, 200, 200, () => ({ settings: { slowModeSeconds: 0 } })],
  ['PATCH /api/conversations/{group}', ...OUT, 403, 403, 200, 200, () => ({ permissions: { pin: 'member' } })],
  ['PATCH /api/conversations/{group}', ...OUT, 403, 403, 403, 200, () => ({ permissions: { deleteGroup: 'admin' } })],
  ['PATCH /api/conversations/{group}', ...OUT, 403, 403, 200, 200, () => ({})],
  ['PATCH /api/conversations/{group}/me', ...OUT, 200, 200, 200, 200, () => ({ pinned: true })],
  ['PUT /api/conversations/{group}/read', ...OUT, 204, 204, 204, 204, () => ({ seq: 1 })],
  ['GET /api/conversations/{group}/messages', ...OUT, 200, 200, 200, 200],
  ['GET /api/conversations/{group}/shared?kind=links', ...OUT, 200, 200, 200, 200],
  ['POST /api/conversations/{group}/messages', ...OUT, 201, 201, 201, 201, message],
  ['PATCH /api/conversations/{group}/messages/{own}', ...OUT, 200, 200, 200, 200, () => ({ text: 'changed' })],
  ['PATCH /api/conversations/{group}/messages/{others}', ...OUT, 403, 403, 403, 403, () => ({ text: 'changed' })],
  ['PUT /api/conversations/{group}/messages/{others}/heard', ...OUT, 422, 422, 422, 422],
  ['PUT /api/conversations/{group}/messages/{others}/reactions/👍', ...OUT, 200, 200, 200, 200],
  ['GET /api/conversations/{group}/messages/{others}/reactions', ...OUT, 200, 200, 200, 200],
  ['DELETE /api/conversations/{group}/messages/{others}/reactions/👍', ...OUT, 200, 200, 200, 200],
  ['GET /api/conversations/{group}/messages/{others}/readers', ...OUT, 200, 200, 200, 200],
  ['GET /api/conversations/{group}/messages/{others}/thread', ...OUT, 200, 200, 200, 200],
  ['PUT /api/conversations/{group}/messages/{others}/follow', ...OUT, 204, 204, 204, 204],
  ['DELETE /api/conversations/{group}/messages/{others}/follow', ...OUT, 204, 204, 204, 204],
  ['GET /api/conversations/{group}/pins', ...OUT, 200, 200, 200, 200],
  ['PUT /api/conversations/{group}/pins/{others}', ...OUT, 403, 204, 204, 204],
  ['DELETE /api/conversations/{group}/pins/{others}', ...OUT, 403, 204, 204, 204],
  ['PUT /api/conversations/{group}/draft', ...OUT, 204, 204, 204, 204, () => ({ text: 'begun' })],
  ['DELETE /api/conversations/{group}/messages/{own}', ...OUT, 204, 204, 204, 204],
  ['DELETE /api/conversations/{group}/messages/{others}', ...OUT, 403, 204, 204, 204],
  ['DELETE /api/conversations/{group}/messages/{owners}', ...OUT, 403, 403, 403, 204],
  ['GET /api/conversations/{group}/members', ...OUT, 200, 200, 200, 200],
  ['POST /api/conversations/{group}/members', ...OUT, 403, 200, 200, 200, () => ({ userIds: [asker.user.id] })],
  [
    'POST /api/conversations/{group}/members',
    ...OUT,
    403,
    409,
    409,
    409,
    () => ({ userIds: [asker.user.id, who.banned.user.id] }),
  ],
  ['PATCH /api/conversations/{group}/members/{target}', ...OUT, 403, 403, 200, 200, () => ({ role: 'moderator' })],
  ['PATCH /api/conversations/{group}/members/{target}', ...OUT, 403, 403, 403, 200, () => ({ role: 'admin' })],
  ['PATCH /api/conversations/{group}/members/{target}', ...OUT, 403, 200, 200, 200, () => ({ deny: ['sendText'] })],
  ['PATCH /api/conversations/{group}/members/{target}', ...OUT, 403, 403, 200, 200, () => ({ allow: ['pin'] })],
  ['PATCH /api/conversations/{group}/members/{target}', ...OUT, 403, 403, 403, 200, () => ({ allow: ['deleteGroup'] })],
  ['PATCH /api/conversations/{group}/members/{secondAdmin}', ...OUT, 403, 403, 403, 200, () => ({ role: 'member' })],
  ['PATCH /api/conversations/{group}/members/{caller}', ...OUT, 403, 403, 403, 403, () => ({ role: 'admin' })],
  ['PATCH /api/conversations/{group}/members/{caller}', ...OUT, 403, 403, 403, 403, () => ({ deny: [] })],
  ['DELETE /api/conversations/{group}/members/{target}', ...OUT, 403, 204, 204, 204],
  ['DELETE /api/conversations/{group}/members/{secondAdmin}', ...OUT, 403, 403, 403, 204],
  ['DELETE /api/conversations/{group}/members/{caller}', ...OUT, 204, 204, 204, 403],
  ['GET /api/conversations/{group}/bans', ...OUT, 403, 200, 200, 200],
  ['PUT /api/conversations/{group}/bans/{target}', ...OUT, 403, 204, 204, 204],
  ['PUT /api/conversations/{group}/bans/{secondAdmin}', ...OUT, 403, 403, 403, 204],
  ['PUT /api/conversations/{group}/bans/{caller}', ...OUT, 403, 403, 403, 403],
  ['DELETE /api/conversations/{group}/bans/{outcast}', ...OUT, 403, 204, 204, 204],
  ['POST /api/conversations/{group}/owner', ...OUT, 403, 403, 403, 200, () => ({ userId: target.user.id })],
  ['GET /api/conversations/{group}/invites', ...OUT, 403, 200, 200, 200],
  ['POST /api/conversations/{group}/invites', ...OUT, 403, 201, 201, 201, () => ({ maxUses: 1 })],
  ['DELETE /api/conversations/{group}/invites/{invite}', ...OUT, 403, 204, 204, 204],
  ['GET /api/invites/{token}', 200, 200, 200, 200, 200, 200, 200, 200],
  ['GET /api/invites/{token}/picture', 404, 404, 404, 404, 404, 404, 404, 404],
  ['POST /api/invites/{token}/accept', 401, 200, 200, 403, 200, 200, 200, 200],
  ['POST /api/invites/{gatedToken}/accept', 401, 202, 202, 403, 200, 200, 200, 200],
  ['GET /api/conversations/{group}/requests', ...OUT, 403, 200, 200, 200],
  ['PUT /api/conversations/{group}/requests/{asker}', ...OUT, 403, 204, 204, 204],
  ['DELETE /api/conversations/{group}/requests/{asker}', ...OUT, 403, 204, 204, 204],
  ['GET /api/conversations/{group}/audit', ...OUT, 403, 403, 200, 200],
  ['DELETE /api/conversations/{group}', ...OUT, 403, 403, 403, 204],
] as unknown as Row[]

/** Routes whose yes changes what the cells after it stand on. */
const CHANGES = /^(PATCH .*\{group\}|POST .*(owner|members|accept)|(PUT|PATCH|DELETE) .*(members|bans|requests)\/.*)$/

const CODES: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'INVALID',
}

/** Replaces the {names} of a path, one after the other. */
async function filled(template: string, caller: Person): Promise<string> {
  let path = template
  for (const [hole, name] of template.matchAll(/\{(\w+)\}/g))
    path = path.replace(hole, String(await PARTS[name!]!(caller)))
  return path
}

describe('over the socket', () => {
  /** [stranger, former, banned, member, moderator, admin, owner]; nobody has no socket. */
  const NO = ['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']
  const [YES, REFUSED] = ['ok', 'FORBIDDEN']
  const place = async (name: string, caller: Person) => ({
    conversationId: group.id,
    messageId: await PARTS[name]!(caller),
  })
  type Asked = [type: keyof typeof requestSchemas, what: string, answers: string[], data?: (caller: Person) => unknown]
  const REQUESTS: Asked[] = [
    ['message.send', '', [...NO, YES, YES, YES, YES], () => ({ conversationId: group.id, ...message() })],
    [
      'message.edit',
      'one’s own',
      [...NO, YES, YES, YES, YES],
      async (caller) => ({ ...(await place('own', caller)), text: 'changed' }),
    ],
    [
      'message.edit',
      'another’s',
      [...NO, REFUSED, REFUSED, REFUSED, REFUSED],
      async (caller) => ({ ...(await place('others', caller)), text: 'changed' }),
    ],
    ['message.delete', 'one’s own', [...NO, YES, YES, YES, YES], (caller) => place('own', caller)],
    ['message.delete', 'a member’s', [...NO, REFUSED, YES, YES, YES], (caller) => place('others', caller)],
    ['message.delete', 'the owner’s', [...NO, REFUSED, REFUSED, REFUSED, YES], (caller) => place('owners', caller)],
    ['message.heard', '', [...NO, 'INVALID', 'INVALID', 'INVALID', 'INVALID'], (caller) => place('others', caller)],
    ...(['reaction.set', 'reaction.unset'] as const).map((type): Asked => [
      type,
      '',
      [...NO, YES, YES, YES, YES],
      async (caller) => ({ ...(await place('others', caller)), emoji: '👍' }),
    ]),
    ['conversation.read', '', [...NO, YES, YES, YES, YES], () => ({ conversationId: group.id, seq: 1 })],
    ['typing.set', '', [...NO, YES, YES, YES, YES], () => ({ conversationId: group.id, typing: true })],
    ['presence.watch', '', [YES, YES, YES, YES, YES, YES, YES], () => ({ userIds: [target.user.id] })],
    ['screen.set', '', [YES, YES, YES, YES, YES, YES, YES], () => ({ conversationId: group.id, canNotify: false })],
    ['sync', '', [YES, YES, YES, YES, YES, YES, YES], () => ({ conversations: { [group.id]: 0 } })],
    ['ping', '', [YES, YES, YES, YES, YES, YES, YES]],
  ]

  it.each(REQUESTS)('%s %s', async (type, _what, expected, data) => {
    const answers: string[] = []
    for (const name of ['stranger', 'former', 'banned', 'member', 'moderator', 'admin', 'owner'] as const) {
      const socket = await who[name].connect()
      const answer = await socket.request(type, await data?.(who[name]))
      answers.push(answer.ok ? 'ok' : answer.error!.code)
      if (type === 'sync')
        expect([name, answer.data.removed.includes(group.id)]).toEqual([
          name,
          ['stranger', 'former', 'banned'].includes(name),
        ])
      await socket.close()
    }
    expect(answers).toEqual(expected)
  })

  it('the table has a line for every request', async () => {
    expect(new Set(REQUESTS.map(([type]) => type))).toEqual(new Set(Object.keys(requestSchemas)))
    await expect(who.nobody.connect()).rejects.toMatchObject({ statusCode: 401 })
  })
})

describe('of a direct conversation', () => {
  /** What only groups have, asked for by one of the two. */
  const GROUP_ONLY: [route: string, body?: () => unknown][] = [
    ['PATCH ', () => ({ name: 'No' })],
    ['PATCH ', () => ({ settings: { history: 'joined' } })],
    ['PATCH ', () => ({ permissions: { pin: 'owner' } })],
    ['DELETE '],
    ['POST /members', () => ({ userIds: [who.stranger.user.id] })],
    ['PATCH /members/{target}', () => ({ role: 'moderator' })],
    ['PATCH /members/{target}', () => ({ deny: ['sendText'] })],
    ['DELETE /members/{target}'],
    ['DELETE /members/{caller}'],
    ['GET /bans'],
    ['PUT /bans/{target}'],
    ['DELETE /bans/{target}'],
    ['POST /owner', () => ({ userId: target.user.id })],
    ['GET /invites'],
    ['POST /invites', () => ({})],
    ['DELETE /invites/ffffffffffffffffffffffff'],
    ['GET /requests'],
    ['PUT /requests/{target}'],
    ['DELETE /requests/{target}'],
    ['GET /audit'],
  ]

  it.each(GROUP_ONLY)('%s is refused for its two people, and not found for others', async (route, body) => {
    const [method, rest] = route.split(' ') as [string, string]
    // When the other one was last seen is no part of it.
    const state = async () => ({
      ...(await direct.seenBy(who.member)),
      peer: null,
      members: (await direct.members(who.member)).length,
    })
    const before = await state()
    for (const [name, status] of [
      ['nobody', 401],
      ['stranger', 404],
      ['member', 403],
    ] as const) {
      const answer = await who[name].request(method, direct.path(await filled(rest, who[name])), body?.())
      expect([name, answer.status, answer.body.data.code]).toEqual([name, status, CODES[status]])
    }
    expect(await state()).toEqual(before)
  })
})

describe.each(ROWS)('%s', (...row) => {
  const [method, template] = row[0].split(' ') as [string, string]
  const body = typeof row[9] === 'function' ? (row[9] as () => unknown) : undefined
  const given = body?.toString().replace(/^\(\) => \(?|\)$/g, '') ?? ''

  it(`with ${given || 'nothing'}`, async () => {
    const expected = row.slice(1, 9)
    const answers: [status: number, code?: string][] = []
    for (const name of Object.keys(who) as (keyof typeof who)[]) {
      const path = await filled(template, who[name])
      const answer = await who[name].request(method, path, body?.())
      answers.push([answer.status, answer.body?.data?.code])
      if (answer.status >= 400) expect(JSON.stringify(answer.body)).not.toContain('A secret name')
      // What was refused leaves nothing to restore; that it changed nothing shows in the next cell.
      if (answer.status < 300 && CHANGES.test(row[0])) await restore()
    }
    expect(answers).toEqual(expected.map((status) => [status, CODES[status as number]]))
  })
})

it('the table has a line for every route of conversations and invites', () => {
  const folder = resolve(import.meta.dirname, '../../server/api')
  const routes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(conversations|invites)\/.*\.ts$/.test(file))
    .map((file) => /^(.*?)(?:\/index)?\.(get|post|put|patch|delete)\.ts$/.exec(file)!)
    .map(([, path, method]) => `${method!.toUpperCase()} /api/${path!.replace(/\[\w+\]/g, '{}')}`)
  const known = new Set(ROWS.map(([route]) => route.replace(/\{\w+\}|👍/gu, '{}').replace(/\?.*$/, '')))
  expect(routes.filter((route) => !known.has(route))).toEqual([])
})
