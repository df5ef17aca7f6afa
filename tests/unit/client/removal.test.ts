import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useDraft } from '~/composables/useDraft'
import type { Removal } from '~/stores/removals'
import { Browser, openTab, pass, settle, useFakeTime, type Tab } from './browserOfTests'
import { CAM, GroupServer, type Group } from './fakeGroups'
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

describe('a group that a person is no longer in', () => {
  async function settledIn() {
    const group = server.group(TEAM, 3)
    const tab = await tabWith(group)
    server.onSend = () => new Promise(() => {})
    tab.messages.send(group.id, 'unsent')
    await pass(2_000)
    const scope = effectScope()
    const draft = scope.run(() => useDraft(group.id))!
    draft.value = 'half a thought'
    return { group, tab, scope, draft }
  }

  async function expectNothingLeft(tab: Tab, id: string) {
    await pass(2_000)
    expect(tab.conversations.byId[id]).toBe(undefined)
    expect(tab.conversations.sorted).toEqual([])
    expect(tab.messages.history(id)).toBe(undefined)
    expect(tab.members.of(id)).toBe(undefined)
    expect(tab.client.outbox!.entries).toEqual([])
    expect(await tab.client.cache.page(id)).toBe(null)
    expect(await tab.client.cache.conversations()).toEqual([])
    expect([...browser.storage.keys()].filter((key) => key.includes('draft'))).toEqual([])
  }

  it.each(['removed', 'banned', 'deleted'] as const)(
    'leaves nothing behind when they were %s, and says why',
    async (reason) => {
      const { group, tab, scope, draft } = await settledIn()
      const told: Removal[] = []
      tab.conversations.onRemoved((removal) => told.push(removal))
      server.remove(group, ANN, reason)
      expect(draft.value).toBe('')
      scope.stop()
      tab.messages.send(group.id, 'too late')
      await expectNothingLeft(tab, group.id)
      expect(tab.conversations.removedReason(group.id)).toBe(reason)
      expect(told).toEqual([{ id: group.id, name: 'Team', reason, byMe: false }])
    },
  )

  it('leaves nothing behind when they leave, also without a socket', async () => {
    const { group, tab, scope } = await settledIn()
    const told: Removal[] = []
    tab.conversations.onRemoved((removal) => told.push(removal))
    server.onEvent = () => {}
    await tab.conversations.leave(group.id)
    scope.stop()
    await expectNothingLeft(tab, group.id)
    expect(told).toEqual([{ id: group.id, name: 'Team', reason: 'left', byMe: true }])
  })

  it('leaves nothing behind when they delete it', async () => {
    const group = server.group([[ANN, 'owner']], 2)
    const tab = await tabWith(group)
    await tab.conversations.deleteGroup(group.id)
    expect(tab.conversations.removedReason(group.id)).toBe('deleted')
    await expectNothingLeft(tab, group.id)
  })

  it('leaves nothing behind if it happened while they were away, whether this tab had opened it or not', async () => {
    const group = server.group(TEAM, 3)
    const first = await tabWith(group)
    await pass(2_000)
    first.close()
    group.members = [BOB.id]
    group.roster.delete(ANN.id)
    const tab = await openTab(browser).start()
    await expectNothingLeft(tab, group.id)
    expect(tab.conversations.removedReason(group.id)).toBe('gone')
  })

  it('does not come back with an earlier answer', async () => {
    const group = server.group(TEAM, 3)
    const tab = await tabWith(group)
    const release = hold('/api/')
    const fetched = tab.conversations.fetchOne(group.id)
    const loading = tab.members.load(group.id)
    const older = tab.messages.loadOlder(group.id)
    // A gap that is being filled: unlike after a reconnect, events are applied meanwhile.
    const synced = tab.messages.synchronise()
    await settle()
    server.remove(group, ANN)
    release()
    await Promise.all([loading, older, synced])
    expect(await fetched).toBe(null)
    await expectNothingLeft(tab, group.id)
  })

  it('is like a new one when they are members again', async () => {
    const group = server.group(TEAM, 3)
    const tab = await tabWith(group)
    server.remove(group, ANN)
    server.join(group, ANN)
    await settle()
    expect(tab.conversations.removedReason(group.id)).toBe(undefined)
    await tab.messages.openConversation(group.id)
    expect(tab.texts(group.id)).toEqual(['m1', 'm2', 'm3'])
    tab.messages.send(group.id, 'back')
    await settle()
    expect(tab.texts(group.id).at(-1)).toBe('back')
  })
})

describe('history for newcomers', () => {
  it('drops at once what can no longer be seen, in memory and in the browser', async () => {
    const group = server.group(TEAM, 4)
    const closed = server.group(TEAM, 4)
    group.joinedSeq[ANN.id] = 2
    closed.joinedSeq[ANN.id] = 4
    const tab = await tabWith(closed)
    await tab.messages.openConversation(group.id)
    await pass(2_000)
    expect(tab.texts(group.id)).toEqual(['m1', 'm2', 'm3', 'm4'])
    for (const each of [group, closed]) server.change(each, { settings: { history: 'joined' } })
    expect(tab.texts(group.id)).toEqual([])
    expect(tab.messages.history(closed.id)).toBe(undefined)
    expect(tab.conversations.byId[closed.id]).toMatchObject({ lastSeq: 4, lastMessage: null })
    await settle()
    expect(await tab.client.cache.page(closed.id)).toBe(null)
    expect(tab.texts(group.id)).toEqual(['m3', 'm4'])
    await pass(2_000)
    expect((await tab.client.cache.page(group.id))!.messages.map(({ text }) => text)).toEqual(['m3', 'm4'])
    server.say(group, BOB.id, 'm5')
    await settle()
    expect(tab.texts(group.id)).toEqual(['m3', 'm4', 'm5'])
    server.change(group, { settings: { history: 'all' } })
    await settle()
    expect(tab.texts(group.id)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
  })

  it('drops it also if the change is noticed after an absence', async () => {
    const group = server.group(TEAM, 4)
    group.joinedSeq[ANN.id] = 4
    const first = await tabWith(group)
    await pass(2_000)
    first.close()
    group.settings = { ...group.settings, history: 'joined' }
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(group.id)
    await pass(2_000)
    expect(tab.texts(group.id)).toEqual([])
    expect(tab.conversations.byId[group.id]!.lastMessage).toBe(null)
    expect((await tab.client.cache.page(group.id))?.messages ?? []).toEqual([])
    expect(tab.messages.history(group.id)!.state).toBe('ready')
  })
})
