import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accept, ok, people, TestGroup } from '../support/groups/group'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let owner: Person
let guest: Person

beforeAll(async () => {
  server = await startServer()
  ;[owner, guest] = await people(server.url, 'Owner', 'Guest')
})
afterAll(() => server.discard())

type Change = (group: TestGroup, maker: Person) => Promise<unknown>

/** Each way to lose the right to invite, and the way back. */
const LOSSES: Record<string, { lose: Change; regain: Change }> = {
  banned: {
    lose: (group, maker) => ok(owner.request('PUT', group.path(`/bans/${maker.user.id}`))),
    regain: async (group, maker) => {
      await ok(owner.request('DELETE', group.path(`/bans/${maker.user.id}`)))
      await ok(owner.post(group.path('/members'), { userIds: [maker.user.id] }))
      await ok(group.changeMember(owner, maker, { role: 'moderator' }))
    },
  },
  removed: {
    lose: (group, maker) => ok(group.remove(owner, maker)),
    regain: async (group, maker) => {
      await ok(owner.post(group.path('/members'), { userIds: [maker.user.id] }))
      await ok(group.changeMember(owner, maker, { role: 'moderator' }))
    },
  },
  gone: {
    lose: (group, maker) => ok(group.remove(maker, maker)),
    regain: async (group, maker) => {
      await ok(owner.post(group.path('/members'), { userIds: [maker.user.id] }))
      await ok(group.changeMember(owner, maker, { role: 'moderator' }))
    },
  },
  demoted: {
    lose: (group, maker) => ok(group.changeMember(owner, maker, { role: 'member' })),
    regain: (group, maker) => ok(group.changeMember(owner, maker, { role: 'moderator' })),
  },
  denied: {
    lose: (group, maker) => ok(group.changeMember(owner, maker, { deny: ['invite'] })),
    regain: (group, maker) => ok(group.changeMember(owner, maker, { deny: [] })),
  },
  'denied for an hour': {
    lose: (group, maker) =>
      ok(group.changeMember(owner, maker, { deny: ['invite'], until: new Date(Date.now() + 3_600_000).toISOString() })),
    regain: (group, maker) => ok(group.changeMember(owner, maker, { deny: [], until: null })),
  },
  'below what the group now asks for': {
    lose: (group) => ok(group.change(owner, { permissions: { invite: 'admin' } })),
    regain: (group) => ok(group.change(owner, { permissions: { invite: 'moderator' } })),
  },
}

describe.each(Object.entries(LOSSES))('the link of a moderator who is %s', (_name, { lose, regain }) => {
  it('ends, also if they can invite again; others’ links do not', async () => {
    const [maker] = await people(server.url, 'Maker')
    const group = await TestGroup.make(owner, [maker!], 'The crew')
    await ok(group.changeMember(owner, maker!, { role: 'moderator' }))
    const { token } = await group.invite(maker!)
    const { token: theirs } = await group.invite(owner)
    await lose(group, maker!)
    const deadEnd = async () => [(await guest.get(`/api/invites/${token}`)).status, (await accept(guest, token)).status]
    expect(await deadEnd()).toEqual([404, 404])
    const { invites } = await ok(owner.get(group.path('/invites')))
    expect(invites.map(({ url }: { url: string }) => url.split('/').at(-1))).toEqual([theirs])
    await regain(group, maker!)
    expect(await deadEnd()).toEqual([404, 404])
    expect((await accept(guest, theirs)).status).toBe(200)
  })
})

it('a right to invite that expires ends its links', async () => {
  const [maker] = await people(server.url, 'Maker')
  const group = await TestGroup.make(owner, [maker!], 'The crew')
  const until = new Date(Date.now() + 1_500).toISOString()
  await ok(group.changeMember(owner, maker!, { allow: ['invite'], until }))
  const { token } = await group.invite(maker!)
  expect((await guest.get(`/api/invites/${token}`)).status).toBe(200)
  await expect.poll(async () => (await guest.get(`/api/invites/${token}`)).status).toBe(404)
  expect((await accept(guest, token)).status).toBe(404)
})

it('a link ends after seven days by default', async () => {
  const group = await TestGroup.make(owner, [], 'The crew')
  const { invite } = await group.invite(owner)
  expect(Date.parse(invite.expiresAt!) - Date.parse(invite.createdAt)).toBe(7 * 24 * 3_600_000)
  expect((await group.invite(owner, { expiresInHours: null })).invite.expiresAt).toBeNull()
})
