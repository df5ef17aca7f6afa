import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

/** Ada is the first account, so the administrator. Max is an auditor, Bob a plain member. */
let server: TestServer
let ada: Person
let max: Person
let bob: Person

beforeAll(async () => {
  server = await startServer()
  ada = await register(server.url, 'Ada')
  ;[max, bob] = await Promise.all([register(server.url, 'Max'), register(server.url, 'Bob')])
  await ada.request('PATCH', `/api/admin/people/${max.user.id}`, { serverRole: 'auditor' })
})
afterAll(() => server.discard())

const codeOf = ({ status, body }: { status: number; body: any }) => [status, body?.data?.code]
const audit = async (query = '') => (await ada.get(`/api/admin/audit?${query}`)).body.entries
const groupOf = async (owner: Person, ...members: Person[]) => {
  const memberIds = members.map(({ user }) => user.id)
  const body = { kind: 'group', name: 'The quiet group', memberIds }
  return (await owner.post('/api/conversations', body)).body.conversation.id as string
}

describe('a group without an owner who leads it', () => {
  it('is given to one of its members, and to nobody else', async () => {
    const [ian, jo] = await Promise.all([register(server.url), register(server.url)])
    const id = await groupOf(ian, jo)
    const give = (userId: string) => ada.post(`/api/admin/groups/${id}/owner`, { userId })
    const shown = async () =>
      (await ada.get('/api/admin/groups')).body.groups.find((group: { id: string }) => group.id === id)
    expect(await shown()).toEqual({
      id,
      name: 'The quiet group',
      owner: expect.objectContaining({ id: ian.user.id }),
      orphaned: false,
      memberCount: 2,
      bytes: 0,
      createdAt: expect.any(String),
      activeAt: expect.any(String),
    })
    expect(codeOf(await give(jo.user.id))).toEqual([409, 'CONFLICT'])
    expect((await ada.get(`/api/admin/groups/${id}/candidates`)).body).toEqual({ users: [] })
    await ada.request('PUT', `/api/admin/people/${ian.user.id}/suspension`)
    expect((await shown()).orphaned).toBe(true)
    const { users } = (await ada.get(`/api/admin/groups/${id}/candidates`)).body
    expect(users.map((user: { id: string }) => user.id)).toEqual([jo.user.id])
    expect(codeOf(await give(bob.user.id))).toEqual([404, 'NOT_FOUND'])
    expect((await give(jo.user.id)).status).toBe(204)
    const { conversation } = (await jo.get(`/api/conversations/${id}`)).body
    expect([conversation.ownerId, conversation.me.role]).toEqual([jo.user.id, 'owner'])
    expect((await audit('action=group.handedOver'))[0]).toMatchObject({
      target: { id },
      details: { ownerId: jo.user.id },
    })
  })

  it('and any other group can be closed, which its members learn', async () => {
    const id = await groupOf(bob, max)
    const socket = await max.connect()
    expect((await ada.request('DELETE', `/api/admin/groups/${id}`)).status).toBe(204)
    expect(await socket.next('conversation.removed')).toMatchObject({ conversationId: id })
    expect((await bob.get(`/api/conversations/${id}`)).status).toBe(404)
    expect((await ada.request('DELETE', `/api/admin/groups/${id}`)).status).toBe(404)
    await socket.close()
  })

  it('a chat of two is no group', async () => {
    const id = (await bob.chatWith(max)).id
    expect((await ada.request('DELETE', `/api/admin/groups/${id}`)).status).toBe(404)
  })
})

describe('the list of people', () => {
  it('is paged, and searched by names and email addresses', async () => {
    const ids: string[] = []
    for (let next: string | null | undefined; next !== null;) {
      const { body } = await ada.get(`/api/admin/people?limit=3${next ? `&after=${next}` : ''}`)
      ids.push(...body.people.map(({ id }: { id: string }) => id))
      next = body.next
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining([ada, max, bob].map(({ user }) => user.id)))
    for (const q of ['Max', max.user.username, max.user.email!]) {
      const { people } = (await max.get(`/api/admin/people?q=${encodeURIComponent(q)}`)).body
      expect(people).toMatchObject([{ id: max.user.id, email: max.user.email, serverRole: 'auditor' }])
    }
  })
})

it('the audit names who did what to whom, and is read in pages', async () => {
  const kim = await register(server.url, 'Kim')
  const path = `/api/admin/people/${kim.user.id}`
  await ada.request('PATCH', path, { displayName: 'Kimberly', serverRole: 'auditor' })
  await ada.request('DELETE', `${path}/sessions`)
  await ada.request('PUT', `${path}/suspension`)
  await ada.request('DELETE', `${path}/suspension`)
  const entries = await audit(`targetId=${kim.user.id}`)
  expect(entries.map(({ action }: { action: string }) => action)).toEqual([
    'user.restored',
    'user.suspended',
    'user.sessionsEnded',
    'user.renamed',
    'user.role',
  ])
  expect(entries[3]).toEqual({
    id: expect.any(String),
    action: 'user.renamed',
    actor: expect.objectContaining({ id: ada.user.id }),
    target: { id: kim.user.id, name: 'Kimberly' },
    details: { name: 'Kimberly', before: 'Kim' },
    createdAt: expect.any(String),
  })
  const [first] = await audit(`targetId=${kim.user.id}&limit=1`)
  const rest = await audit(`targetId=${kim.user.id}&before=${first.id}`)
  expect([first, ...rest]).toEqual(entries)
  expect(await audit('action=user.role&actorId=' + kim.user.id)).toEqual([])
})
