import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { accept, ok, people, TestGroup } from '../support/groups/group'
import { startCrowdServer, type CrowdServer } from '../support/groups/crowd'

let server: CrowdServer
let owner: Person
let one: Person
let other: Person
let guests: Person[]

beforeAll(async () => {
  server = await startCrowdServer()
  ;[owner, one, other] = await people(server.url, 'Owner', 'One', 'Other')
  guests = await Promise.all(Array.from({ length: 100 }, (_, index) => register(server.url, `Guest ${index}`)))
})
afterAll(() => server.stop())

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort()
const count = (list: number[], status: number) => list.filter((one) => one === status).length
const roleIn = (members: any[], person: Person) => members.find(({ user }) => user.id === person.user.id)?.role

/** What holds of every group, whatever has happened to it. */
async function expectSound(group: TestGroup, reader: Person) {
  const { conversation, members } = await ok(reader.get(group.path()))
  const owners = members.filter(({ role }: { role: string }) => role === 'owner').map(({ user }: any) => user.id)
  expect(owners).toEqual([conversation.ownerId])
  expect(conversation.memberCount).toBe(members.length)
  const seqs = (await group.history(reader)).map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index))
  expect(seqs.at(-1)).toBe(conversation.lastSeq)
  return members
}

describe('roles', () => {
  it('two admins who demote each other both fail, because their ranks are equal', async () => {
    const group = await TestGroup.make(owner, [one, other])
    for (const person of [one, other]) await ok(group.changeMember(owner, person, { role: 'admin' }))
    const answers = await Promise.all([
      group.changeMember(one, other, { role: 'member' }),
      group.changeMember(other, one, { role: 'member' }),
    ])
    expect(statuses(answers)).toEqual([403, 403])
    const removals = await Promise.all([group.remove(one, other), group.ban(other, one)])
    expect(statuses(removals)).toEqual([403, 403])
    await expectSound(group, owner)
  })

  it('an admin acts on a moderator who becomes an admin at the same time: one of the two orders', async () => {
    for (let round = 0; round < 5; round++) {
      const group = await TestGroup.make(owner, [one, other])
      await ok(group.changeMember(owner, one, { role: 'admin' }))
      await ok(group.changeMember(owner, other, { role: 'moderator' }))
      const [raised, removed] = await Promise.all([
        group.changeMember(owner, other, { role: 'admin' }),
        group.remove(one, other),
      ])
      const members = await expectSound(group, owner)
      if (removed.status === 204)
        expect([roleIn(members, other), [200, 404]]).toEqual([undefined, expect.arrayContaining([raised.status])])
      else expect([raised.status, removed.status, roleIn(members, other)]).toEqual([200, 403, 'admin'])
    }
  })

  it('a group that is handed over to two people at once has one owner', async () => {
    const group = await TestGroup.make(owner, [one, other])
    const answers = await Promise.all([group.handOver(owner, one), group.handOver(owner, other)])
    expect(statuses(answers)).toEqual([200, 403])
    const members = await expectSound(group, owner)
    expect(roleIn(members, owner)).toBe('admin')
  })

  it('a group that is handed over in quick succession has one owner', async () => {
    const group = await TestGroup.make(owner, [one, other])
    const ring = [owner, one, other]
    await Promise.all(Array.from({ length: 12 }, (_, turn) => group.handOver(ring[turn % 3]!, ring[(turn + 1) % 3]!)))
    expect(await expectSound(group, owner)).toHaveLength(3)
  })

  it('an owner who leaves during a handover leaves after it or not at all', async () => {
    for (let round = 0; round < 6; round++) {
      const group = await TestGroup.make(owner, [one])
      const asked = [() => group.handOver(owner, one), () => group.remove(owner, owner)]
      const [first, second] = round % 2 === 0 ? asked : asked.reverse()
      await Promise.all([first!(), second!()])
      const members = await expectSound(group, one)
      expect(['member', 'owner']).toContain(roleIn(members, one))
      expect(roleIn(members, owner)).toBe(
        roleIn(members, one) === 'member' ? 'owner' : members.length === 2 ? 'admin' : undefined,
      )
    }
  })

  it('the new owner leaves, or is removed, at the same time', async () => {
    for (const go of [(group: TestGroup) => group.remove(one, one), (group: TestGroup) => group.ban(owner, one)]) {
      const group = await TestGroup.make(owner, [one])
      const [given, gone] = await Promise.all([group.handOver(owner, one), go(group)])
      expect([
        [200, 403],
        [404, 204],
      ]).toContainEqual([given.status, gone.status])
      await expectSound(group, owner)
    }
  })
})

describe('invites', () => {
  it('100 people who accept a link for one: one joins', async () => {
    const group = await TestGroup.make(owner, [])
    const { token } = await group.invite(owner, { maxUses: 1 })
    const answers = await Promise.all(guests.map((guest) => accept(guest, token)))
    const all = statuses(answers)
    expect([count(all, 200), count(all, 404)]).toEqual([1, 99])
    expect(await expectSound(group, owner)).toHaveLength(2)
    expect((await ok(owner.get(group.path('/invites')))).invites[0]).toMatchObject({ uses: 1, maxUses: 1 })
    // The one who succeeded gets the same answer again, and no event is sent twice.
    const lucky = guests[answers.findIndex(({ status }) => status === 200)]!
    expect((await accept(lucky, token)).status).toBe(200)
    expect((await group.history(owner)).filter(({ notice }) => notice?.action === 'joined')).toHaveLength(1)
  })

  it('100 people who accept a link for ten, each twice: ten join', async () => {
    const group = await TestGroup.make(owner, [])
    const { token } = await group.invite(owner, { maxUses: 10 })
    await Promise.all([...guests, ...guests].map((guest) => accept(guest, token)))
    expect(await expectSound(group, owner)).toHaveLength(11)
    expect((await ok(owner.get(group.path('/invites')))).invites[0].uses).toBe(10)
  })

  it('100 people who request to join by a link for ten: ten requests', async () => {
    const group = await TestGroup.make(owner, [])
    await ok(group.change(owner, { settings: { joinApproval: true } }))
    const { token } = await group.invite(owner, { maxUses: 10 })
    const all = statuses(await Promise.all([...guests, ...guests].map((guest) => accept(guest, token))))
    expect([all[0], all.at(-1)]).toEqual([202, 404])
    expect((await ok(owner.get(group.path('/requests')))).requests).toHaveLength(10)
    expect(await expectSound(group, owner)).toHaveLength(1)
  })

  it('a link that is revoked meanwhile lets in only those who were earlier', async () => {
    const group = await TestGroup.make(owner, [])
    const { id, token } = await group.invite(owner)
    const [revoked, ...answers] = await Promise.all([
      owner.request('DELETE', group.path(`/invites/${id}`)),
      ...guests.slice(0, 40).map((guest) => accept(guest, token)),
    ])
    expect(revoked.status).toBe(204)
    const members = await expectSound(group, owner)
    expect(members.length - 1).toBe(count(statuses(answers), 200))
    expect((await accept(guests[50]!, token)).status).toBe(404)
  })

  it('a ban at the time of accepting wins, in either order', async () => {
    const group = await TestGroup.make(owner, [])
    const { token } = await group.invite(owner)
    const some = guests.slice(0, 15)
    await Promise.all(
      some.flatMap((guest, index) =>
        index % 2 ? [accept(guest, token), group.ban(owner, guest)] : [group.ban(owner, guest), accept(guest, token)],
      ),
    )
    expect(await expectSound(group, owner)).toHaveLength(1)
    expect((await ok(owner.get(group.path('/bans')))).bans).toHaveLength(15)
    for (const guest of some) expect((await accept(guest, token)).status).toBe(403)
  })

  it('a request that is approved and refused at the same time has one result', async () => {
    const group = await TestGroup.make(owner, [one])
    await ok(group.changeMember(owner, one, { role: 'moderator' }))
    await ok(group.change(owner, { settings: { joinApproval: true } }))
    const { token } = await group.invite(owner)
    for (const guest of guests.slice(0, 6)) {
      await ok(accept(guest, token))
      const path = group.path(`/requests/${guest.user.id}`)
      const [approved, refused] = await Promise.all([owner.request('PUT', path), one.request('DELETE', path)])
      expect([approved.status, refused.status].sort()).toEqual([204, 404])
      const members = await expectSound(group, owner)
      expect(roleIn(members, guest)).toBe(approved.status === 204 ? 'member' : undefined)
      expect((await ok(owner.get(group.path('/requests')))).requests).toEqual([])
    }
  })
})

describe('size', () => {
  it('of many people who join a group of 999 at once, one succeeds', async () => {
    const memberIds = await server.crowd(997)
    const { conversation } = await ok(
      owner.post('/api/conversations', { kind: 'group', name: 'Big', memberIds: [...memberIds, one.user.id] }),
    )
    const group = new TestGroup(conversation.id)
    const { token } = await group.invite(owner)
    const answers = await Promise.all([
      group.add(owner, guests[0]!),
      accept(guests[1]!, token),
      group.add(owner, guests[2]!),
      group.add(owner, guests[3]!, guests[4]!),
      accept(guests[5]!, token),
    ])
    const all = statuses(answers)
    expect([count(all, 200), count(all, 409)]).toEqual([1, 4])
    expect(await expectSound(group, one)).toHaveLength(1_000)
    // A use that led nowhere is given back.
    const joined = [answers[1]!, answers[4]!].filter(({ status }) => status === 200)
    expect((await ok(owner.get(group.path('/invites')))).invites[0].uses).toBe(joined.length)
    // And a place that becomes free is taken.
    await ok(group.remove(one, one))
    expect((await group.add(owner, other)).status).toBe(200)
  })
})

it('a group that is deleted while its members write is gone, and every answer is an expected one', async () => {
  const group = await TestGroup.make(owner, [one, other])
  const { token } = await group.invite(owner)
  const socket = await one.connect()
  const asked = Array.from({ length: 60 }, (_, index) => {
    if (index === 30) return owner.request('DELETE', group.path())
    if (index % 10 === 5) return accept(guests[index]!, token)
    if (index % 10 === 7) return group.changeMember(owner, other, { role: index % 20 === 7 ? 'moderator' : 'member' })
    return group.post(index % 2 ? one : other)
  })
  const all = statuses(await Promise.all(asked))
  expect(all.filter((status) => ![200, 201, 204, 404].includes(status))).toEqual([])
  await socket.next('conversation.removed', ({ conversationId }) => conversationId === group.id)
  const end = socket.events.length
  await socket.request('ping')
  expect(socket.events.slice(end).filter((event) => JSON.stringify(event).includes(group.id))).toEqual([])
  for (const person of [owner, one, other]) {
    expect((await person.get(group.path())).status).toBe(404)
    expect((await group.post(person)).status).toBe(404)
  }
  expect((await accept(guests[99]!, token)).status).toBe(404)
  expect((await owner.get(`/api/invites/${token}`)).status).toBe(404)
  await socket.close()
})
