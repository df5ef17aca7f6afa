import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_PERMISSIONS, RIGHTS } from '#shared/domain/permissions'
import type { Person } from '../support/person'
import { startCrowdServer, type CrowdServer } from '../support/groups/crowd'
import { ok, people, refused, TestGroup } from '../support/groups/group'

const UNKNOWN = 'f'.repeat(24)
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const ID = expect.stringMatching(/^[0-9a-f]{24}$/)

let server: CrowdServer
let owner: Person
let bob: Person
let cem: Person

beforeAll(async () => {
  server = await startCrowdServer()
  ;[owner, bob, cem] = await people(server.url, 'Owner', 'Bob', 'Cem')
})
afterAll(() => server.stop())

const userOf = ({ user: { id, username, displayName } }: Person) => ({
  id,
  username,
  displayName,
  about: '',
  avatarUrl: null,
  lastSeenAt: null,
})
const create = (fields: object) =>
  owner.post('/api/conversations', { kind: 'group', name: 'Team', memberIds: [], ...fields })
const notices = async (group: TestGroup) => (await group.history(owner)).filter(({ kind }) => kind === 'system')

describe('making a group', () => {
  it('answers with the conversation, and announces it to every member', async () => {
    const socket = await bob.connect()
    const answer = await create({
      name: '  The   team ',
      description: 'What we do',
      memberIds: [bob.user.id, cem.user.id, bob.user.id, owner.user.id],
    })
    expect(answer.status).toBe(201)
    const { id } = answer.body.conversation
    expect(answer.body.conversation).toEqual({
      id: ID,
      kind: 'group',
      name: 'The team',
      description: 'What we do',
      avatarUrl: null,
      ownerId: owner.user.id,
      permissions: DEFAULT_PERMISSIONS,
      settings: {
        history: 'all',
        slowModeSeconds: 0,
        joinApproval: false,
        hideDeleted: false,
        notify: 'all',
        linkPreviews: true,
      },
      memberCount: 3,
      lastSeq: 1,
      rev: 1,
      lastMessage: {
        id: ID,
        conversationId: id,
        seq: 1,
        rev: 1,
        clientId: null,
        kind: 'system',
        senderId: owner.user.id,
        text: 'Owner created the group “The team”',
        notice: { action: 'created', name: 'The team', targetIds: expect.arrayContaining([bob.user.id, cem.user.id]) },
        attachments: [],
        heardBy: [],
        replyTo: null,
        threadId: null,
        replies: 0,
        forwardedFrom: null,
        mentions: [],
        mentionsAll: false,
        reactions: [],
        pinned: false,
        preview: null,
        editedAt: null,
        deletedAt: null,
        createdAt: TIME,
      },
      peer: null,
      me: {
        role: 'owner',
        rights: [...RIGHTS],
        allow: [],
        deny: [],
        until: null,
        lastReadSeq: 0,
        unread: 0,
        mentions: 0,
        mentionSeqs: [],
        mutedUntil: null,
        notify: 'all',
        notifyChosen: false,
        follows: [],
        pinned: false,
        pinOrder: 0,
        archived: false,
        archivedSeq: 0,
        returnsWith: 'mention',
        markedUnread: false,
        clearedSeq: 0,
        draft: null,
      },
      createdAt: TIME,
      updatedAt: TIME,
    })
    const { conversation } = await socket.next('conversation.created')
    expect(conversation).toMatchObject({ id, name: 'The team', memberCount: 3, me: { role: 'member' } })
    await socket.next('message.created', ({ message }) => message.conversationId === id && message.seq === 1)
    const { members } = await ok(bob.get(`/api/conversations/${id}`))
    const shape = { allow: [], deny: [], until: null, joinedAt: TIME, lastReadSeq: 0 }
    expect(members).toHaveLength(3)
    expect(members).toContainEqual({ user: { ...userOf(owner), lastSeenAt: null }, role: 'owner', ...shape })
    expect(members).toContainEqual({ user: userOf(cem), role: 'member', ...shape })
    await socket.close()
  })

  it.each([
    ['no name', { name: undefined }],
    ['an empty name', { name: '   ' }],
    ['a long name', { name: 'x'.repeat(101) }],
    ['a name of nothing to see', { name: '\u3164\u200B' }],
    ['a number', { name: 5 }],
    ['a long description', { description: 'x'.repeat(501) }],
    ['no members', { memberIds: undefined }],
    ['broken ids', { memberIds: ['me'] }],
    ['too many', { memberIds: Array.from({ length: 1_000 }, () => UNKNOWN) }],
    ['an operator', { memberIds: { $ne: null } }],
    ['more than there is', { ownerId: UNKNOWN }],
    ['another kind', { kind: 'channel' }],
  ])('refuses %s', async (_what, fields) => {
    const before = (await ok(owner.get('/api/conversations'))).conversations.length
    expect(await refused(create(fields))).toEqual([422, 'INVALID'])
    expect((await ok(owner.get('/api/conversations'))).conversations).toHaveLength(before)
  })

  it('refuses people who do not exist, and makes nothing', async () => {
    const before = (await ok(bob.get('/api/conversations'))).conversations.length
    expect(await refused(create({ memberIds: [bob.user.id, UNKNOWN] }))).toEqual([404, 'NOT_FOUND'])
    expect((await ok(bob.get('/api/conversations'))).conversations).toHaveLength(before)
  })

  it('has up to 1,000 members, and everything works with them', async () => {
    const memberIds = [...(await server.crowd(998)), bob.user.id]
    const answer = await create({ name: 'Everyone', memberIds })
    expect([answer.status, answer.body.conversation.memberCount]).toEqual([201, 1_000])
    const group = new TestGroup(answer.body.conversation.id)
    const { conversation, members } = await ok(bob.get(group.path()))
    expect([conversation.memberCount, members.length, new Set(members.map(({ user }: any) => user.id)).size]).toEqual([
      1_000, 1_000, 1_000,
    ])
    expect(conversation.lastMessage.text).toBe('Owner created the group “Everyone”')
    const socket = await bob.connect()
    await ok(group.change(owner, { name: 'All of us' }))
    await socket.next('conversation.updated', (data) => data.conversation.name === 'All of us')
    await ok(group.remove(owner, bob))
    await socket.next('conversation.removed')
    expect(await refused(owner.post(group.path('/members'), { userIds: [bob.user.id, cem.user.id] }))).toEqual([
      409,
      'CONFLICT',
    ])
    expect((await group.seenBy(owner)).memberCount).toBe(999)
    expect((await owner.request('DELETE', group.path())).status).toBe(204)
    await socket.close()
  })
})

describe('a change of a group', () => {
  let group: TestGroup
  beforeAll(async () => {
    group = await TestGroup.make(owner, [bob, cem])
  })

  it('of name and description posts a system message each', async () => {
    const { conversation } = await ok(group.change(owner, { name: 'Crew', description: 'A better one' }))
    expect(conversation).toMatchObject({ id: group.id, name: 'Crew', description: 'A better one' })
    expect((await notices(group)).slice(1).map(({ notice }) => notice)).toEqual([
      { action: 'renamed', targetIds: [], name: 'Crew' },
      { action: 'described', targetIds: [] },
    ])
    expect((await ok(group.change(owner, { description: '' }))).conversation.description).toBe('')
  })

  it('to the same values posts nothing', async () => {
    const before = await group.state(owner)
    await ok(
      group.change(owner, {
        name: 'Crew',
        description: '',
        settings: { history: 'all' },
        permissions: { pin: 'moderator' },
      }),
    )
    const seqs = (await group.history(owner)).length
    expect(seqs).toBe((before as any)[2].messages.length)
    expect((await ok(owner.get(group.path('/audit?limit=100')))).entries).toEqual((before as any)[6].entries)
  })

  it('of single permissions and settings keeps the others', async () => {
    await ok(group.change(owner, { permissions: { pin: 'member' } }))
    await ok(group.change(owner, { permissions: { react: 'admin' }, settings: { slowModeSeconds: 30 } }))
    const { conversation } = await ok(group.change(owner, { settings: { joinApproval: true } }))
    expect(conversation.permissions).toEqual({ ...DEFAULT_PERMISSIONS, pin: 'member', react: 'admin' })
    expect(conversation.settings).toEqual({
      history: 'all',
      slowModeSeconds: 30,
      joinApproval: true,
      hideDeleted: false,
      notify: 'all',
      linkPreviews: true,
    })
  })

  it('to slow mode makes members wait, and says how long', async () => {
    expect((await group.post(bob)).status).toBe(201)
    const held = await group.post(bob)
    expect([held.status, held.body.data.code]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(held.headers.get('retry-after'))).toBeLessThanOrEqual(30)
    for (const _ of [1, 2]) expect((await group.post(owner)).status).toBe(201)
    // What was sent is answered again, not counted again.
    const input = { clientId: 'again-and-again', text: 'once' }
    expect((await cem.post(group.path('/messages'), input)).status).toBe(201)
    expect((await cem.post(group.path('/messages'), input)).status).toBe(200)
  })

  it('can let only moderators write', async () => {
    await ok(group.change(owner, { permissions: { sendText: 'moderator' }, settings: { slowModeSeconds: 0 } }))
    expect(await refused(group.post(bob))).toEqual([403, 'FORBIDDEN'])
    await ok(group.changeMember(owner, bob, { role: 'moderator' }))
    expect((await group.post(bob)).status).toBe(201)
  })

  it('is all or nothing', async () => {
    await ok(group.changeMember(owner, cem, { allow: ['editInfo'] }))
    const before = await group.state(owner)
    expect(await refused(group.change(cem, { name: 'Mine', settings: { history: 'joined' } }))).toEqual([
      403,
      'FORBIDDEN',
    ])
    expect(await refused(group.change(cem, { name: 'Mine', permissions: { pin: 'owner' } }))).toEqual([
      403,
      'FORBIDDEN',
    ])
    expect(await group.state(owner)).toEqual(before)
    expect((await group.change(cem, { name: 'Ours' })).status).toBe(200)
  })

  it.each([
    { name: '' },
    { name: null },
    { name: 'x'.repeat(101) },
    { description: 'x'.repeat(501) },
    { ownerId: UNKNOWN },
    { permissions: { fly: 'member' } },
    { permissions: { pin: 'nobody' } },
    { permissions: [] },
    { settings: { history: 'none' } },
    { settings: { slowModeSeconds: -1 } },
    { settings: { slowModeSeconds: 86_401 } },
    { settings: { slowModeSeconds: 1.5 } },
    { settings: { slowModeSeconds: { $gt: 0 } } },
    { settings: { joinApproval: 'yes' } },
    { settings: { other: 1 } },
    { memberCount: 7 },
  ])('is refused with %j', async (fields) => {
    const before = await group.state(owner)
    expect(await refused(group.change(owner, fields))).toEqual([422, 'INVALID'])
    expect(await group.state(owner)).toEqual(before)
  })

  it('by deletion removes everything', async () => {
    const { token } = await group.invite(owner)
    expect(await refused(cem.request('DELETE', group.path()))).toEqual([403, 'FORBIDDEN'])
    expect((await owner.request('DELETE', group.path())).status).toBe(204)
    for (const path of ['', '/members', '/messages', '/bans', '/invites', '/requests', '/audit']) {
      expect(await refused(owner.get(group.path(path)))).toEqual([404, 'NOT_FOUND'])
    }
    expect(await refused(owner.request('DELETE', group.path()))).toEqual([404, 'NOT_FOUND'])
    expect((await owner.get(`/api/invites/${token}`)).status).toBe(404)
  })
})
