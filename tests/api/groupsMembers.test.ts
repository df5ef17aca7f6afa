import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { ok, people, refused, TestGroup } from '../support/groups/group'

const UNKNOWN = 'f'.repeat(24)

let server: TestServer
let owner: Person
let admin: Person
let bob: Person
let cem: Person
let group: TestGroup

beforeAll(async () => {
  server = await startServer()
  ;[owner, admin, bob, cem] = await people(server.url, 'Owner', 'Admin', 'Bob', 'Cem')
  group = await TestGroup.make(owner, [admin, bob])
  await ok(group.changeMember(owner, admin, { role: 'admin' }))
})
afterAll(() => server.stop())

const memberOf = async (person: Person) => (await group.members(owner)).find(({ user }) => user.id === person.user.id)
const lastNotice = async () => (await group.history(owner)).at(-1)!

describe('adding', () => {
  it('answers the named members; those who are already members stay as they are', async () => {
    await ok(group.changeMember(owner, bob, { role: 'moderator' }))
    const { members } = await ok(group.add(bob, cem, bob, cem))
    expect(members.map((one: any) => [one.user.displayName, one.role]).sort()).toEqual([
      ['Bob', 'moderator'],
      ['Cem', 'member'],
    ])
    expect(await lastNotice()).toMatchObject({
      text: 'Bob added Cem',
      senderId: bob.user.id,
      notice: { action: 'added', targetIds: [cem.user.id] },
    })
    const { lastSeq } = await group.seenBy(owner)
    expect((await ok(group.add(bob, cem))).members).toHaveLength(1)
    expect((await group.seenBy(owner)).lastSeq).toBe(lastSeq)
  })

  it('adds all or none', async () => {
    const before = await group.state(owner)
    const stranger = (await people(server.url, 'Stranger'))[0]
    const add = (...ids: string[]) => owner.post(group.path('/members'), { userIds: ids })
    expect(await refused(add(stranger.user.id, UNKNOWN))).toEqual([404, 'NOT_FOUND'])
    expect(await group.state(owner)).toEqual(before)
    for (const userIds of [[], ['x'], undefined, [null], Array.from({ length: 1_000 }, () => UNKNOWN), { $in: [] }]) {
      expect(await refused(owner.post(group.path('/members'), { userIds }))).toEqual([422, 'INVALID'])
    }
  })
})

describe('changing a member', () => {
  it('answers the changed member', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const { member } = await ok(
      group.changeMember(owner, cem, { role: 'moderator', allow: ['viewAudit'], deny: ['pin', 'pin'], until }),
    )
    expect(member).toMatchObject({
      user: { id: cem.user.id },
      role: 'moderator',
      allow: ['viewAudit'],
      deny: ['pin'],
      until,
    })
    expect(member.user).not.toHaveProperty('email')
    expect(await memberOf(cem)).toEqual(member)
    // What is not named stays.
    expect((await ok(group.changeMember(owner, cem, { role: 'member' }))).member).toMatchObject({
      allow: ['viewAudit'],
      deny: ['pin'],
      until,
    })
    expect((await ok(group.changeMember(owner, cem, { deny: [] }))).member).toMatchObject({
      allow: ['viewAudit'],
      deny: [],
      until,
    })
    expect((await ok(group.changeMember(owner, cem, { allow: [], until: null }))).member).toMatchObject({
      role: 'member',
      allow: [],
      until: null,
    })
  })

  it.each([
    { role: 'owner' },
    { role: 'king' },
    { allow: ['fly'] },
    { deny: 'sendText' },
    { until: 'tomorrow' },
    { until: '2020-01-01T00:00:00.000Z' },
    { role: { $ne: 'owner' } },
    { joinedSeq: 0 },
    { readSeq: 0 },
    { until: 5 },
  ])('refuses %j', async (fields) => {
    const before = await group.state(owner)
    expect(await refused(group.changeMember(owner, cem, fields))).toEqual([422, 'INVALID'])
    expect(await group.state(owner)).toEqual(before)
  })

  it('is impossible for oneself, and for people who are no members', async () => {
    expect(await refused(group.changeMember(owner, owner, { role: 'member' }))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(group.changeMember(admin, admin, { deny: [] }))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(owner.request('PATCH', group.path(`/members/${UNKNOWN}`), { role: 'admin' }))).toEqual([
      404,
      'NOT_FOUND',
    ])
    expect(await refused(owner.request('PATCH', group.path('/members/x'), { role: 'admin' }))).toEqual([422, 'INVALID'])
  })

  it('with two changes does neither if one is not allowed', async () => {
    await ok(group.changeMember(owner, bob, { role: 'moderator', allow: [], deny: [] }))
    const before = await memberOf(cem)
    expect(await refused(group.changeMember(bob, cem, { role: 'member', deny: ['sendText'] }))).toEqual([
      403,
      'FORBIDDEN',
    ])
    expect(await memberOf(cem)).toEqual(before)
  })
})

describe('removing and leaving', () => {
  it('post a system message', async () => {
    await ok(group.remove(bob, cem))
    expect(await lastNotice()).toMatchObject({
      text: 'Bob removed Cem',
      notice: { action: 'removed', targetIds: [cem.user.id] },
    })
    await ok(group.add(owner, cem))
    await ok(group.remove(cem, cem))
    expect(await lastNotice()).toMatchObject({
      text: 'Cem left',
      senderId: cem.user.id,
      notice: { action: 'left', targetIds: [] },
    })
    expect(await refused(group.remove(owner, cem))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(group.remove(owner, owner))).toEqual([403, 'FORBIDDEN'])
  })
})

describe('bans', () => {
  it('can be of a member and of a non-member; a second one changes nothing', async () => {
    await ok(group.add(owner, cem))
    const [stranger] = await people(server.url, 'Stranger')
    for (const person of [cem, cem, stranger]) expect((await group.ban(bob, person)).status).toBe(204)
    expect(await lastNotice()).toMatchObject({
      text: 'Bob banned Cem',
      notice: { action: 'banned', targetIds: [cem.user.id] },
    })
    const { bans } = await ok(owner.get(group.path('/bans')))
    const by = { id: bob.user.id, displayName: 'Bob' }
    expect(bans).toEqual([
      {
        user: expect.objectContaining({ id: stranger.user.id }),
        bannedBy: expect.objectContaining(by),
        createdAt: expect.any(String),
      },
      {
        user: expect.objectContaining({ id: cem.user.id }),
        bannedBy: expect.objectContaining(by),
        createdAt: expect.any(String),
      },
    ])
    expect(JSON.stringify(bans)).not.toContain('@example.com')
    expect(await refused(group.add(owner, cem))).toEqual([409, 'CONFLICT'])
    expect((await group.unban(bob, cem)).status).toBe(204)
    expect(await refused(group.unban(bob, cem))).toEqual([404, 'NOT_FOUND'])
    expect((await group.add(owner, cem)).status).toBe(200)
  })

  it('need a person who exists', async () => {
    expect(await refused(owner.request('PUT', group.path(`/bans/${UNKNOWN}`)))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(owner.request('PUT', group.path('/bans/x')))).toEqual([422, 'INVALID'])
    expect(await refused(group.ban(owner, owner))).toEqual([403, 'FORBIDDEN'])
  })
})

describe('handing over', () => {
  it('makes the old owner an admin, and lifts the new owner’s restrictions', async () => {
    const team = await TestGroup.make(owner, [bob])
    const socket = await bob.connect()
    await ok(team.changeMember(owner, bob, { deny: ['sendText', 'ban'] }))
    const { conversation } = await ok(team.handOver(owner, bob))
    expect(conversation).toMatchObject({ id: team.id, ownerId: bob.user.id, me: { role: 'admin' } })
    await socket.next(
      'conversation.updated',
      (data) => data.conversation.me.role === 'owner' && data.conversation.me.rights.includes('deleteGroup'),
    )
    expect((await team.history(bob)).at(-1)).toMatchObject({
      text: 'Owner made Bob the owner',
      notice: { action: 'ownerChanged', targetIds: [bob.user.id] },
    })
    expect((await team.remove(owner, owner)).status).toBe(204)
    expect((await team.seenBy(bob)).memberCount).toBe(1)
    await socket.close()
  })

  it('needs another person who is a member', async () => {
    const [stranger] = await people(server.url, 'Stranger')
    const before = await group.state(owner)
    expect(await refused(group.handOver(owner, stranger))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(group.handOver(owner, owner))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(owner.post(group.path('/owner'), { userId: 'x' }))).toEqual([422, 'INVALID'])
    expect(await refused(owner.post(group.path('/owner'), {}))).toEqual([422, 'INVALID'])
    expect(await group.state(owner)).toEqual(before)
  })
})
