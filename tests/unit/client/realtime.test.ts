import { beforeEach, describe, expect, it, vi } from 'vitest'
import { totalUnread } from '#shared/domain/attention'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { ANN, BOB, FakeServer } from './fakeServer'

let server: FakeServer
let browser: Browser
beforeEach(() => {
  useFakeTime()
  server = new FakeServer()
  browser = new Browser(server)
  return () => vi.useRealTimers()
})

describe('connect, buffer, snapshot, apply', () => {
  it('shows what exists and what arrives', async () => {
    const talk = server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    expect(tab.connection.state).toBe('online')
    expect(totalUnread(Object.values(tab.conversations.byId), 0)).toBe(3)
    await tab.messages.openConversation(talk.id)
    server.say(talk, BOB.id, 'm4')
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2', 'm3', 'm4'])
    expect(tab.conversations.byId[talk.id]!.me.unread).toBe(4)
    expect(tab.messages.history(talk.id)!.firstUnreadSeq).toBe(1)
  })

  it('buffers events until the snapshot is applied, and applies what is in both once', async () => {
    const talk = server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    server.dropSockets()
    server.say(talk, BOB.id, 'm4')
    let answer = () => {}
    server.beforeAnswer = (path) =>
      path === '/api/sync' ? new Promise<void>((done) => (answer = done)) : Promise.resolve()
    await pass(1_000)
    server.say(talk, BOB.id, 'm5')
    server.edit(talk, 2, 'm2 edited')
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2', 'm3'])
    expect(tab.connection.state).toBe('reconnecting')
    answer()
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2 edited', 'm3', 'm4', 'm5'])
    expect(tab.conversations.byId[talk.id]!.me.unread).toBe(5)
    expect(tab.connection.state).toBe('online')
  })

  it('syncs again if it is told to while it syncs', async () => {
    const talk = server.talk(undefined, 1)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    server.write(talk, BOB.id, 'lost')
    server.emit([ANN.id], { type: 'resync', data: {} })
    server.emit([ANN.id], { type: 'resync', data: {} })
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'lost'])
  })

  it('continues a sync page by page', async () => {
    const talk = server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    server.dropSockets()
    for (let n = 4; n <= 600; n++) server.write(talk, BOB.id, `m${n}`)
    server.edit(talk, 10, 'edited late')
    await pass(1_000)
    const texts = tab.texts(talk.id)
    expect(texts).toHaveLength(600)
    expect(texts[9]).toBe('edited late')
    expect(texts[599]).toBe('m600')
  })

  it('drops a window that is too far behind, and loads the reader’s position', async () => {
    const talk = server.talk(undefined, 3)
    server.read(talk, ANN.id, 3)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    server.dropSockets()
    for (let n = 4; n <= 3_000; n++) server.write(talk, BOB.id, `m${n}`)
    server.requests.length = 0
    await pass(1_000)
    expect(server.requests.filter(({ path }) => path === '/api/sync')).toHaveLength(1)
    const { messages, hasNewer, firstUnreadSeq } = tab.messages.history(talk.id)!
    expect(messages.some(({ seq }) => seq === 4)).toBe(true)
    expect(messages.length).toBeLessThanOrEqual(50)
    expect(hasNewer).toBe(true)
    expect(firstUnreadSeq).toBe(4)
    await tab.messages.jumpToNewest(talk.id)
    server.say(talk, BOB.id, 'live')
    await settle()
    expect(tab.texts(talk.id).at(-1)).toBe('live')
  })

  it('fills a gap that an event shows', async () => {
    const talk = server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    server.onEvent = () => {}
    server.say(talk, BOB.id, 'lost')
    server.edit(talk, 1, 'm1 edited')
    server.onEvent = (deliver) => deliver()
    server.say(talk, BOB.id, 'm5')
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2', 'm3'])
    await pass(1_000)
    expect(tab.texts(talk.id)).toEqual(['m1 edited', 'm2', 'm3', 'lost', 'm5'])
  })

  it('counts a new message and does not append it to a window away from the live end', async () => {
    const talk = server.talk(undefined, 300)
    server.read(talk, ANN.id, 100)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    const before = tab.messages.history(talk.id)!.messages
    expect(tab.messages.history(talk.id)!.hasNewer).toBe(true)
    server.say(talk, BOB.id, 'live')
    await settle()
    expect(tab.messages.history(talk.id)!.messages).toBe(before)
    expect(tab.conversations.byId[talk.id]!.me.unread).toBe(201)
    while (tab.messages.history(talk.id)!.hasNewer) await tab.messages.loadNewer(talk.id)
    server.say(talk, BOB.id, 'live 2')
    await settle()
    expect(tab.texts(talk.id).slice(-2)).toEqual(['live', 'live 2'])
  })

  it('keeps the memory of a year of history within bounds', async () => {
    const talk = server.talk(undefined, 3_000)
    server.read(talk, ANN.id, 3_000)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    while (tab.messages.history(talk.id)!.hasOlder) await tab.messages.loadOlder(talk.id)
    const { messages, hasNewer } = tab.messages.history(talk.id)!
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1))
    expect(hasNewer).toBe(true)
    while (tab.messages.history(talk.id)!.hasNewer) await tab.messages.loadNewer(talk.id)
    expect(tab.messages.history(talk.id)!.messages.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => n + 2_001),
    )
  })
})

describe('reconnecting', () => {
  it('waits longer each time, with full jitter, and not at all when the network is back', async () => {
    const talk = server.talk(undefined, 1)
    const tab = await openTab(browser, { random: () => 0.999 }).start()
    await tab.messages.openConversation(talk.id)
    await pass(11_000)
    server.reachable = false
    server.dropSockets()
    await settle()
    expect(tab.connection.retryAt! - Date.now()).toBeCloseTo(499.5)
    const delays: number[] = []
    for (let round = 0; round < 8; round++) {
      await pass(tab.connection.retryAt! - Date.now() + 1)
      delays.push(Math.round(tab.connection.retryAt! - Date.now()))
    }
    expect(delays).toEqual([998, 1997, 3995, 7991, 15983, 29969, 29969, 29969])
    expect(tab.connection.state).toBe('offline')
    server.reachable = true
    server.write(talk, BOB.id, 'm2')
    tab.signal('online')
    await settle()
    expect(tab.connection.state).toBe('online')
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2'])
  })

  it('gives up a socket that has died silently', async () => {
    const tab = await openTab(browser).start()
    server.silent = true
    await pass(20_500)
    expect(tab.connection.state).toBe('online')
    await pass(8_500)
    expect(tab.connection.state).toBe('reconnecting')
    server.silent = false
    await pass(12_000)
    expect(tab.connection.state).toBe('online')
  })

  it('renews the session after a refused upgrade', async () => {
    const tab = await openTab(browser).start()
    server.accessValid = false
    server.dropSockets(4401)
    await pass(1_000)
    expect(tab.connection.state).toBe('online')
    expect(server.requests.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1)
  })

  it('signs out when the session has ended', async () => {
    const tab = await openTab(browser).start()
    server.accessValid = false
    server.signedIn = null
    server.dropSockets(4401)
    await pass(1_000)
    expect(tab.session.status).toBe('out')
    expect(tab.conversations.sorted).toEqual([])
    await pass(60_000)
    expect(server.sockets.size).toBe(0)
  })

  it('waits a random time when a connection that lasted is cut without a reason', async () => {
    const tab = await openTab(browser).start()
    await pass(60_000)
    server.dropSockets(1006)
    expect(tab.connection.retryAt! - Date.now()).toBe(5_000)
    await pass(5_001)
    expect(tab.connection.state).toBe('online')
    server.dropSockets(1006)
    expect(tab.connection.retryAt! - Date.now()).toBeLessThan(1_000)
  })

  it('waits a random time after 1001, and longer after 4429', async () => {
    const tab = await openTab(browser).start()
    server.dropSockets(1001)
    expect(tab.connection.retryAt! - Date.now()).toBe(2_500)
    await pass(3_000)
    expect(tab.connection.state).toBe('online')
    server.dropSockets(4429)
    expect(tab.connection.retryAt! - Date.now()).toBe(2_000)
  })

  it('polls, sends and shows it if sockets are blocked', async () => {
    const talk = server.talk(undefined, 1)
    server.socketsAllowed = false
    const tab = await openTab(browser).start()
    await pass(5_000)
    expect(tab.connection.late).toBe(true)
    await tab.messages.openConversation(talk.id)
    server.write(talk, BOB.id, 'm2')
    tab.messages.send(talk.id, 'hello')
    await pass(6_000)
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2', 'hello'])
    expect(tab.bubbles(talk.id)).toEqual([])
    server.socketsAllowed = true
    await pass(30_000)
    expect(tab.connection.late).toBe(false)
    expect(tab.connection.state).toBe('online')
  })
})
