import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Browser, openTab, pass, settle, useFakeTime, type Tab } from './browserOfTests'
import { CAM, DEE, GroupServer, type Group } from './fakeGroups'
import { ANN, BOB } from './fakeServer'

let server: GroupServer
let browser: Browser
beforeEach(() => {
  useFakeTime()
  server = new GroupServer()
  browser = new Browser(server)
  return () => vi.useRealTimers()
})

const TEAM = [
  [BOB, 'owner'],
  [ANN, 'member'],
  [CAM, 'member'],
] as [typeof BOB, 'owner' | 'member'][]
const names = (tab: Tab, id: string) => tab.members.of(id)?.map(({ user, role }) => `${user.username} ${role}`)

async function tabWith(group: Group) {
  const tab = await openTab(browser).start()
  await tab.messages.openConversation(group.id)
  await settle()
  return tab
}

/** Holds answers to a path back until the returned function is called. */
function hold(part: string): () => void {
  let release = () => {}
  const held = new Promise<void>((done) => (release = done))
  server.beforeAnswer = (path) => (path.includes(part) ? held : Promise.resolve())
  return release
}

describe('members', () => {
  it('are sorted by rank, then by name, and follow events', async () => {
    const group = server.group([
      [DEE, 'member'],
      [CAM, 'member'],
      [ANN, 'admin'],
      [BOB, 'owner'],
    ])
    const tab = await tabWith(group)
    expect(names(tab, group.id)).toEqual(['bob owner', 'ann admin', 'cam member', 'dee member'])
    server.changeMember(group, DEE, { role: 'moderator' })
    expect(names(tab, group.id)).toEqual(['bob owner', 'ann admin', 'dee moderator', 'cam member'])
    server.remove(group, CAM)
    expect(names(tab, group.id)).toEqual(['bob owner', 'ann admin', 'dee moderator'])
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(3)
    server.join(group, CAM)
    expect(tab.members.byUser(group.id, CAM.id)?.role).toBe('member')
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(4)
  })

  it('are counted before their list is loaded', async () => {
    const group = server.group(TEAM)
    const tab = await openTab(browser).start()
    server.join(group, DEE)
    server.remove(group, CAM)
    server.changeMember(group, DEE, { role: 'admin' })
    expect(tab.members.of(group.id)).toBe(undefined)
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(3)
    expect(tab.people.byId[DEE.id]).toEqual(DEE)
    await tab.members.load(group.id)
    expect(names(tab, group.id)).toEqual(['bob owner', 'dee admin', 'ann member'])
  })

  it('who join or leave while the list is being loaded are in it, or not', async () => {
    const group = server.group(TEAM)
    const tab = await openTab(browser).start()
    const release = hold('/members')
    const loading = tab.members.load(group.id)
    await settle()
    server.join(group, DEE)
    server.remove(group, CAM)
    release()
    await loading
    expect(names(tab, group.id)).toEqual(['bob owner', 'ann member', 'dee member'])
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(3)
  })

  it('are counted once, whether the snapshot has them or not', async () => {
    const group = server.group(TEAM)
    const tab = await openTab(browser).start()
    const release = hold('/api/sync')
    server.emit([ANN.id], { type: 'resync', data: {} })
    await settle()
    server.join(group, DEE)
    release()
    await settle()
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(4)
    // The snapshot has counted what the event, late and buffered, tells again.
    const late: (() => void)[] = []
    server.onEvent = (deliver) => late.push(deliver)
    server.remove(group, CAM)
    server.onEvent = (deliver) => deliver()
    server.beforeAnswer = async (path) => {
      if (path === '/api/sync') for (const deliver of late.splice(0)) deliver()
    }
    server.emit([ANN.id], { type: 'resync', data: {} })
    await settle()
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(3)
  })

  it('are changed by an own request, by its answer if no event arrives', async () => {
    const group = server.group([
      [ANN, 'owner'],
      [BOB, 'member'],
    ])
    const tab = await tabWith(group)
    server.onEvent = () => {}
    await tab.members.add(group.id, [CAM.id, DEE.id])
    expect(names(tab, group.id)).toEqual(['ann owner', 'bob member', 'cam member', 'dee member'])
    await tab.members.change(group.id, BOB.id, { role: 'moderator' })
    expect(tab.members.byUser(group.id, BOB.id)?.role).toBe('moderator')
    await tab.members.remove(group.id, DEE.id)
    expect(names(tab, group.id)).toEqual(['ann owner', 'bob moderator', 'cam member'])
    expect(tab.conversations.byId[group.id]!.memberCount).toBe(3)
  })

  it('stay as in an event when an older answer arrives later', async () => {
    const group = server.group([
      [ANN, 'owner'],
      [BOB, 'member'],
    ])
    const tab = await tabWith(group)
    const release = hold('/members/')
    const change = tab.members.change(group.id, BOB.id, { role: 'moderator' })
    await settle()
    server.changeMember(group, BOB, { role: 'admin' })
    release()
    await change
    expect(tab.members.byUser(group.id, BOB.id)?.role).toBe('admin')
  })

  it('are loaded again after events may have been missed, and only for open lists', async () => {
    const group = server.group(TEAM)
    const other = server.group(TEAM)
    const tab = await tabWith(other)
    await tab.messages.openConversation(group.id)
    await settle()
    expect(names(tab, other.id)).toHaveLength(3)
    server.dropSockets()
    server.onEvent = () => {}
    server.changeMember(group, CAM, { role: 'admin' })
    server.onEvent = (deliver) => deliver()
    server.requests.length = 0
    await pass(2_000)
    expect(tab.members.byUser(group.id, CAM.id)?.role).toBe('admin')
    expect(tab.members.of(other.id)).toBe(undefined)
    expect(server.requests.filter(({ path }) => path.endsWith('/members'))).toHaveLength(1)
  })
})

describe('people', () => {
  it('have names without a request for each: those who left are requested once', async () => {
    const group = server.group(TEAM)
    for (const { id } of [BOB, DEE, CAM, DEE]) server.write(group, id, 'hello')
    // However slow the list of members is, the people in it are not requested separately.
    const release = hold('/members')
    const tab = await tabWith(group)
    await pass(1_000)
    release()
    await settle()
    for (const user of [ANN, BOB, CAM, DEE]) expect(tab.people.byId[user.id]).toEqual(user)
    expect(server.requests.filter(({ path }) => path.includes('/users/')).map(({ path }) => path)).toEqual([
      `/api/users/${DEE.id}`,
    ])
  })

  it('are known offline too', async () => {
    const group = server.group(TEAM)
    server.write(group, DEE.id, 'hello')
    const first = await tabWith(group)
    await pass(3_000)
    first.close()
    server.reachable = false
    const tab = await openTab(browser).start()
    await settle()
    for (const user of [ANN, BOB, CAM, DEE]) expect(tab.people.byId[user.id]).toEqual(user)
  })
})

describe('a group', () => {
  it('follows events', async () => {
    const group = server.group(TEAM)
    const tab = await tabWith(group)
    server.change(group, { name: 'Crew', permissions: { sendText: 'admin' } })
    expect(tab.conversations.byId[group.id]).toMatchObject({ name: 'Crew', permissions: { sendText: 'admin' } })
    server.changeMember(group, ANN, { role: 'admin' })
    expect(tab.conversations.byId[group.id]!.me.role).toBe('admin')
  })

  it('is created, changed and joined, by the answer if no event arrives', async () => {
    const tab = await openTab(browser).start()
    const made = await tab.conversations.createGroup({ name: 'New', memberIds: [BOB.id] })
    expect(tab.conversations.sorted.map(({ id, memberCount }) => [id, memberCount])).toEqual([[made.id, 2]])
    server.onEvent = () => {}
    await tab.conversations.changeGroup(made.id, { name: 'Newer' })
    expect(tab.conversations.byId[made.id]!.name).toBe('Newer')
    server.talks.clear()
    const group = server.group([[BOB, 'owner']])
    expect(await tab.moderation.acceptInvite('token')).toMatchObject({ conversation: { id: group.id } })
    expect(tab.conversations.byId[group.id]).toMatchObject({ kind: 'group', memberCount: 2 })
    server.change(group, { settings: { joinApproval: true } })
    expect(await tab.moderation.acceptInvite('token')).toEqual({ pending: true })
  })

  it('never counts a system message as unread', async () => {
    const group = server.group(TEAM)
    const tab = await openTab(browser).start()
    const notify = (senderId: string) => {
      const message = Object.assign(server.write(group, senderId, 'x joined'), {
        kind: 'system',
        notice: { action: 'joined', targetIds: [] },
      })
      server.emit(group.members, { type: 'message.created', data: { message } })
    }
    notify(BOB.id)
    notify(ANN.id)
    await settle()
    expect(tab.conversations.byId[group.id]!.me.unread).toBe(0)
    expect(tab.conversations.byId[group.id]!.lastMessage!.kind).toBe('system')
  })
})
