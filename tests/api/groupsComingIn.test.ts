import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hueOf } from '#shared/domain/hue'
import { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { accept, ok, people, refused, TestGroup } from '../support/groups/group'

const UNKNOWN = 'f'.repeat(24)
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

let server: TestServer
let owner: Person
let bob: Person
let guest: Person
let group: TestGroup

beforeAll(async () => {
  server = await startServer()
  ;[owner, bob, guest] = await people(server.url, 'Owner', 'Bob', 'Guest')
  group = await TestGroup.make(owner, [bob], 'The crew')
  await ok(group.changeMember(owner, bob, { role: 'moderator' }))
})
afterAll(() => server.stop())

describe('invites', () => {
  it('are answered with a link of the chat’s origin, and listed newest first', async () => {
    const answer = await bob.post(group.path('/invites'), { expiresInHours: 2, maxUses: 3 })
    expect(answer.status).toBe(201)
    const { invite } = answer.body
    expect(invite).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      url: expect.stringMatching(new RegExp(`^${server.url}/invite/[\\w-]{24}$`)),
      createdBy: expect.objectContaining({ id: bob.user.id }),
      createdAt: TIME,
      expiresAt: TIME,
      maxUses: 3,
      uses: 0,
    })
    expect(Date.parse(invite.expiresAt) - Date.parse(invite.createdAt)).toBe(2 * 3_600_000)
    const second = await group.invite(owner)
    expect(second.invite).toMatchObject({ maxUses: null })
    expect(Date.parse(second.invite.expiresAt!) - Date.parse(second.invite.createdAt)).toBe(7 * 24 * 3_600_000)
    const endless = await group.invite(owner, { expiresInHours: null })
    expect(endless.invite.expiresAt).toBeNull()
    expect((await ok(bob.get(group.path('/invites')))).invites).toEqual([endless.invite, second.invite, invite])
  })

  it.each([
    { maxUses: 0 },
    { maxUses: 1.5 },
    { maxUses: 10_001 },
    { maxUses: '1' },
    { expiresInHours: 0 },
    { expiresInHours: -1 },
    { expiresInHours: 8_761 },
    { expiresInHours: '2' },
    { token: 'mine' },
  ])('refuse %j', async (fields) => {
    const before = await group.state(owner)
    expect(await refused(owner.post(group.path('/invites'), fields))).toEqual([422, 'INVALID'])
    expect(await group.state(owner)).toEqual(before)
  })

  it('show everyone which group they lead to, without count, members and messages', async () => {
    await ok(group.change(owner, { description: 'What we do' }))
    const { token } = await group.invite(bob)
    for (const person of [new Person(server.url), guest, owner]) {
      expect(await ok(person.get(`/api/invites/${token}`))).toEqual({
        invite: {
          hue: hueOf(group.id),
          name: 'The crew',
          description: 'What we do',
          avatarUrl: null,
          invitedBy: { displayName: 'Bob', avatarUrl: null },
          joinApproval: false,
        },
      })
    }
  })

  it('let a person in once, however often they use them', async () => {
    const { token, id } = await group.invite(owner, { maxUses: 1 })
    const answer = await accept(guest, token)
    expect([answer.status, answer.body.conversation]).toEqual([200, await group.seenBy(guest)])
    expect(answer.body.conversation.me.role).toBe('member')
    expect((await accept(guest, token)).status).toBe(200)
    expect((await accept(bob, token)).status).toBe(200)
    const { invites } = await ok(owner.get(group.path('/invites')))
    expect(invites.find((one: any) => one.id === id).uses).toBe(1)
    expect((await group.history(owner)).at(-1)).toMatchObject({
      text: 'Guest joined',
      senderId: guest.user.id,
      notice: { action: 'joined' },
    })
    await ok(group.remove(owner, guest))
    expect(await refused(accept(guest, token))).toEqual([404, 'NOT_FOUND'])
    expect((await guest.get(`/api/invites/${token}`)).status).toBe(404)
  })

  it.each<[string, () => Promise<string>]>([
    [
      'over',
      async () => {
        const { token, invite } = await group.invite(owner, { expiresInHours: 1e-9 })
        await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(invite.expiresAt!))
        return token
      },
    ],
    [
      'revoked',
      async () => {
        const { token, id } = await group.invite(owner)
        expect((await bob.request('DELETE', group.path(`/invites/${id}`))).status).toBe(204)
        expect(await refused(bob.request('DELETE', group.path(`/invites/${id}`)))).toEqual([404, 'NOT_FOUND'])
        return token
      },
    ],
    ['made up', async () => 'x'.repeat(24)],
    [
      'of a group that is gone',
      async () => {
        const team = await TestGroup.make(owner, [])
        const { token } = await team.invite(owner)
        await ok(owner.request('DELETE', team.path()))
        return token
      },
    ],
  ])('lead nowhere when they are %s', async (_what, make) => {
    const token = await make()
    const before = await group.state(owner)
    expect(await refused(accept(guest, token))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(new Person(server.url).get(`/api/invites/${token}`))).toEqual([404, 'NOT_FOUND'])
    expect(await group.state(owner)).toEqual(before)
  })

  it('accept no other token, and none of another group', async () => {
    for (const token of ['x', 'a'.repeat(65), '%24ne', 'with space and more']) {
      expect(await refused(accept(guest, encodeURIComponent(token)))).toEqual([422, 'INVALID'])
    }
    const team = await TestGroup.make(guest, [])
    const { id } = await group.invite(owner)
    expect(await refused(guest.request('DELETE', team.path(`/invites/${id}`)))).toEqual([404, 'NOT_FOUND'])
    expect((await ok(owner.get(group.path('/invites')))).invites.map((one: any) => one.id)).toContain(id)
  })
})

describe('joining by approval', () => {
  let gated: TestGroup
  let token: string
  beforeAll(async () => {
    gated = await TestGroup.make(owner, [bob])
    await ok(gated.change(owner, { settings: { joinApproval: true } }))
    await ok(gated.changeMember(owner, bob, { role: 'moderator' }))
    token = (await gated.invite(owner, { maxUses: 3 })).token
  })
  const requests = async () => (await ok(bob.get(gated.path('/requests')))).requests
  const request = (method: string, person: Person, by = bob) =>
    by.request(method, gated.path(`/requests/${person.user.id}`))

  it('answers 202, once, and shows the request to moderators', async () => {
    expect((await ok(guest.get(`/api/invites/${token}`))).invite.joinApproval).toBe(true)
    for (const _ of [1, 2]) {
      const answer = await accept(guest, token)
      expect([answer.status, answer.body]).toEqual([202, { pending: true }])
    }
    expect(await requests()).toEqual([
      { user: expect.objectContaining({ id: guest.user.id, displayName: 'Guest' }), createdAt: TIME },
    ])
    expect((await ok(owner.get(gated.path('/invites')))).invites[0].uses).toBe(1)
    expect((await guest.get(gated.path())).status).toBe(404)
    expect((await ok(guest.get('/api/conversations'))).conversations.map(({ id }: any) => id)).not.toContain(gated.id)
  })

  it('a person who is approved is a member and gets an event', async () => {
    const socket = await guest.connect()
    expect((await request('PUT', guest)).status).toBe(204)
    await socket.next('conversation.created', ({ conversation }) => conversation.id === gated.id)
    expect(await requests()).toEqual([])
    expect((await gated.history(owner)).at(-1)).toMatchObject({ text: 'Guest joined', notice: { action: 'joined' } })
    expect(await refused(request('PUT', guest))).toEqual([404, 'NOT_FOUND'])
    expect((await accept(guest, token)).status).toBe(200)
    await socket.close()
  })

  it('a person who is refused can ask again; one who is banned cannot', async () => {
    const [asker] = await people(server.url, 'Asker')
    expect((await accept(asker, token)).status).toBe(202)
    expect((await request('DELETE', asker)).status).toBe(204)
    expect(await refused(request('DELETE', asker))).toEqual([404, 'NOT_FOUND'])
    expect((await accept(asker, token)).status).toBe(202)
    await ok(gated.ban(bob, asker))
    expect(await requests()).toEqual([])
    expect(await refused(accept(asker, token))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(request('PUT', asker))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(bob.request('PUT', gated.path(`/requests/${UNKNOWN}`)))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(bob.request('PUT', gated.path('/requests/x')))).toEqual([422, 'INVALID'])
  })

  it('being added answers the request', async () => {
    const [asker] = await people(server.url, 'Asker')
    const { token } = await gated.invite(owner)
    expect((await accept(asker, token)).status).toBe(202)
    await ok(gated.add(bob, asker))
    expect(await requests()).toEqual([])
  })
})

describe('the log', () => {
  it('says who changed what, and for whom', async () => {
    const team = await TestGroup.make(owner, [bob])
    const { id, token } = await team.invite(owner)
    await ok(accept(guest, token))
    await ok(owner.request('DELETE', team.path(`/invites/${id}`)))
    await ok(team.change(owner, { name: 'Crew', permissions: { pin: 'member' }, settings: { slowModeSeconds: 1 } }))
    await ok(team.changeMember(owner, bob, { role: 'moderator', deny: ['pin'] }))
    const { message } = await ok(team.post(guest, 'what nobody may read in a log'))
    await ok(team.erase(bob, message.id))
    await ok(team.ban(bob, guest))
    await ok(team.unban(bob, guest))
    await ok(team.remove(bob, bob))
    const { entries } = await ok(owner.get(team.path('/audit')))
    expect(
      entries.map((one: any) => [one.action, one.actor.displayName, one.target?.displayName ?? null]).toReversed(),
    ).toEqual([
      ['group.created', 'Owner', null],
      ['invite.created', 'Owner', null],
      ['member.joined', 'Guest', null],
      ['invite.revoked', 'Owner', null],
      ['group.changed', 'Owner', null],
      ['permissions.changed', 'Owner', null],
      ['settings.changed', 'Owner', null],
      ['member.role', 'Owner', 'Bob'],
      ['member.rights', 'Owner', 'Bob'],
      ['message.deleted', 'Bob', 'Guest'],
      ['member.banned', 'Bob', 'Guest'],
      ['member.unbanned', 'Bob', 'Guest'],
      ['member.left', 'Bob', 'Bob'],
    ])
    expect(entries.find((one: any) => one.action === 'member.role')).toEqual({
      id: expect.any(String),
      action: 'member.role',
      actor: expect.objectContaining({ id: owner.user.id }),
      target: expect.objectContaining({ id: bob.user.id }),
      details: { role: 'moderator', before: 'member' },
      createdAt: TIME,
    })
    expect(JSON.stringify(entries)).not.toContain('nobody may read')
    const list = async (query: string) =>
      (await ok(owner.get(team.path(`/audit?${query}`)))).entries.map((one: any) => one.id)
    const ids = entries.map((one: any) => one.id)
    const filtered = (fits: (one: any) => boolean) => entries.filter(fits).map((one: any) => one.id)
    expect(await list(`actorId=${bob.user.id}`)).toEqual(filtered((one) => one.actor.id === bob.user.id))
    expect(await list(`targetId=${guest.user.id}&action=member.banned`)).toEqual(
      filtered((one) => one.action === 'member.banned'),
    )
    const pages = [await list('limit=5')]
    while (pages.at(-1)!.length > 0) pages.push(await list(`limit=5&before=${pages.at(-1)!.at(-1)}`))
    expect(pages.flat()).toEqual(ids)
    for (const query of ['action=fly', 'limit=0', 'limit=101', 'before=x', 'actorId[$ne]=x', 'other=1']) {
      expect(await refused(owner.get(team.path(`/audit?${query}`)))).toEqual([422, 'INVALID'])
    }
  })
})
