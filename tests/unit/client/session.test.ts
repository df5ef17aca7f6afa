import { beforeEach, describe, expect, it, vi } from 'vitest'
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

async function stored(): Promise<number> {
  let rows = 0
  for (const { name } of await indexedDB.databases()) {
    const request = indexedDB.open(name!)
    const database = await new Promise<IDBDatabase>((done) => (request.onsuccess = () => done(request.result)))
    for (const store of database.objectStoreNames) {
      const count = database.transaction(store).objectStore(store).count()
      rows += await new Promise<number>((done) => (count.onsuccess = () => done(count.result)))
    }
    database.close()
  }
  return rows
}

describe('the session', () => {
  it('opens from the browser’s storage, without waiting for the network', async () => {
    const talk = server.talk(undefined, 3)
    const first = await openTab(browser).start()
    await first.messages.openConversation(talk.id)
    await pass(2_000)
    first.close()
    server.reachable = false
    const tab = await openTab(browser).start()
    expect(tab.session.me).toEqual(ANN)
    expect(tab.conversations.sorted.map(({ id }) => id)).toEqual([talk.id])
    await tab.messages.openConversation(talk.id)
    expect(tab.texts(talk.id)).toEqual(['m1', 'm2', 'm3'])
    expect(tab.messages.history(talk.id)!.state).toBe('ready')
  })

  it('catches up a stored page by its rev', async () => {
    const talk = server.talk(undefined, 3)
    const first = await openTab(browser).start()
    await first.messages.openConversation(talk.id)
    await pass(2_000)
    first.close()
    server.edit(talk, 2, 'edited')
    server.write(talk, BOB.id, 'm4')
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'edited', 'm3', 'm4'])
  })

  it('is signed out if nobody is signed in', async () => {
    server.signedIn = null
    const tab = await openTab(browser).start()
    expect(tab.session.status).toBe('out')
  })

  it('is not over for want of an answer, though nothing is stored', async () => {
    server.reachable = false
    const tab = await openTab(browser).start()
    expect(tab.session.status).toBe('unknown')
    server.reachable = true
    await tab.session.load()
    expect(tab.session.me).toEqual(ANN)
  })

  it('renews an aged access token once for many requests, in one tab after the other', async () => {
    const talk = server.talk(undefined, 1)
    const tabs = [await openTab(browser).start(), await openTab(browser).start()]
    server.accessValid = false
    await Promise.all(tabs.flatMap((tab) => [1, 2, 3].map(() => tab.conversations.fetchOne(talk.id))))
    expect(server.requests.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1)
  })

  it('ends in all tabs at a logout, and leaves nothing behind', async () => {
    const talk = server.talk(undefined, 3)
    const one = await openTab(browser).start()
    const two = await openTab(browser).start()
    await one.messages.openConversation(talk.id)
    server.onSend = () => new Promise(() => {})
    one.messages.send(talk.id, 'unsent')
    browser.storage.set(`webchat.draft.${ANN.id}.${talk.id}`, 'half')
    await pass(2_000)
    expect(await stored()).toBeGreaterThan(0)
    await one.session.logout()
    await pass(2_000)
    for (const tab of [one, two]) {
      expect(tab.session.status).toBe('out')
      expect(tab.session.me).toBe(null)
      expect(tab.conversations.sorted).toEqual([])
      expect(tab.messages.history(talk.id)).toBe(undefined)
    }
    expect(await stored()).toBe(0)
    expect([...browser.storage.keys()]).toEqual([])
    expect(server.sockets.size).toBe(0)
  })

  it.each(['the same tab', 'another tab'])(
    'is over by choice also if %s learns of its end before the answer',
    async (who) => {
      const talk = server.talk(undefined, 1)
      const one = await openTab(browser).start()
      const two = await openTab(browser).start()
      const hears = who === 'the same tab' ? one : two
      server.beforeAnswer = async (path) => {
        if (path !== '/api/auth/logout') return
        server.signedIn = null
        await expect(hears.conversations.fetchOne(talk.id)).rejects.toMatchObject({ name: 'ApiError' })
      }
      await one.session.logout()
      await settle()
      for (const { session } of [one, two]) expect([session.status, session.leftByChoice]).toEqual(['out', true])
      expect(await stored()).toBe(0)
    },
  )

  it('stays in all tabs if a logout cannot reach the server', async () => {
    const one = await openTab(browser).start()
    const two = await openTab(browser).start()
    server.reachable = false
    await expect(one.session.logout()).rejects.toMatchObject({ code: 'OFFLINE' })
    for (const { session } of [one, two]) expect([session.status, session.leftByChoice]).toEqual(['in', false])
  })

  it('shows another person nothing of the previous one', async () => {
    const talk = server.talk(undefined, 3)
    const other = server.talk([BOB.id], 1)
    const one = await openTab(browser).start()
    const two = await openTab(browser).start()
    await one.messages.openConversation(talk.id)
    await two.messages.openConversation(talk.id)
    await pass(2_000)
    server.leave(talk, BOB.id)
    await two.session.login({ login: 'bob', password: 'x' })
    await pass(2_000)
    for (const tab of [one, two]) {
      expect(tab.session.me).toEqual(BOB)
      expect(tab.conversations.sorted.map(({ id }) => id)).toEqual([other.id])
      expect(tab.messages.history(talk.id)).toBe(undefined)
      expect(tab.connection.state).toBe('online')
    }
  })

  it('drops an answer that arrives after its requester has signed out', async () => {
    server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    let answer = () => {}
    server.beforeAnswer = (path) =>
      path === '/api/sync' ? new Promise<void>((done) => (answer = done)) : Promise.resolve()
    server.emit([ANN.id], { type: 'resync', data: {} })
    await settle()
    await tab.session.logout()
    answer()
    await settle()
    expect(Object.keys(tab.conversations.byId)).toEqual([])
  })
})

describe('a conversation that a person is no longer in', () => {
  it('leaves nothing behind', async () => {
    const talk = server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    server.onSend = () => new Promise(() => {})
    tab.messages.send(talk.id, 'unsent')
    browser.storage.set(`webchat.draft.${ANN.id}.${talk.id}`, 'half')
    await pass(2_000)
    server.leave(talk, ANN.id)
    await pass(2_000)
    expect(tab.conversations.byId[talk.id]).toBe(undefined)
    expect(tab.messages.history(talk.id)).toBe(undefined)
    expect(tab.client.outbox!.entries).toEqual([])
    expect(await tab.client.cache.page(talk.id)).toBe(null)
    expect(await tab.client.cache.conversations()).toEqual([])
    expect(browser.storage.has(`webchat.draft.${ANN.id}.${talk.id}`)).toBe(false)
  })

  it('is noticed after an absence too', async () => {
    const talk = server.talk(undefined, 3)
    const tab = await openTab(browser).start()
    await tab.messages.openConversation(talk.id)
    await pass(2_000)
    server.dropSockets()
    talk.members = [BOB.id]
    await pass(2_000)
    expect(tab.conversations.byId[talk.id]).toBe(undefined)
    expect(tab.messages.history(talk.id)).toBe(undefined)
    expect(await tab.client.cache.page(talk.id)).toBe(null)
  })
})

describe('presence and typing', () => {
  it('watches the union of all requested people, and again after every reconnect', async () => {
    const tab = await openTab(browser).start()
    const watches = () => server.frames.filter(({ type }) => type === 'presence.watch').map(({ data }) => data.userIds)
    const stop = tab.presence.watch([BOB.id])
    tab.presence.watch([BOB.id, ANN.id])
    await pass(500)
    expect(watches()).toEqual([[ANN.id, BOB.id]])
    stop()
    await pass(500)
    expect(watches()).toHaveLength(1)
    server.dropSockets()
    await pass(2_000)
    expect(watches()).toEqual([
      [ANN.id, BOB.id],
      [ANN.id, BOB.id],
    ])
  })

  it('ends typing after a while, and with the message', async () => {
    const talk = server.talk()
    const tab = await openTab(browser).start()
    const types = () =>
      server.emit([ANN.id], { type: 'typing', data: { conversationId: talk.id, userId: BOB.id, typing: true } })
    types()
    expect(tab.presence.typing(talk.id)).toEqual([BOB.id])
    await pass(6_100)
    expect(tab.presence.typing(talk.id)).toEqual([])
    types()
    server.say(talk, BOB.id, 'done')
    expect(tab.presence.typing(talk.id)).toEqual([])
  })

  it('reports typing at a limited rate', async () => {
    const talk = server.talk()
    const tab = await openTab(browser).start()
    for (let key = 0; key < 8; key++) {
      tab.presence.setTyping(talk.id, true)
      await pass(500)
    }
    tab.presence.setTyping(talk.id, false)
    tab.presence.setTyping(talk.id, false)
    await settle()
    const told = server.frames.filter(({ type }) => type === 'typing.set').map(({ data }) => data.typing)
    expect(told).toEqual([true, true, false])
  })
})
