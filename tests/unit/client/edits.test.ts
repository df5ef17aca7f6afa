import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { GroupServer, type Group } from './fakeGroups'
import { ANN, BOB } from './fakeServer'

let server: GroupServer
let browser: Browser
let group: Group
beforeEach(() => {
  useFakeTime()
  server = new GroupServer()
  browser = new Browser(server)
  group = server.group(undefined, 2)
  return () => vi.useRealTimers()
})

async function tabOn() {
  const tab = await openTab(browser).start()
  await tab.messages.openConversation(group.id)
  const shown = () => tab.messages.history(group.id)!.messages
  return { tab, shown }
}

function reply(to: number, excerpt: string) {
  const { id, seq, senderId } = group.messages[to]!
  return Object.assign(server.write(group, BOB.id, 'reply'), { replyTo: { id, seq, senderId, excerpt } })
}

describe('editing and deleting', () => {
  it.each(['with an event', 'by the answer alone', 'over HTTP'])(
    'change a message in its position, %s',
    async (way) => {
      const mine = server.write(group, ANN.id, 'mine')
      if (way === 'over HTTP') server.socketsAllowed = false
      const { tab, shown } = await tabOn()
      if (way === 'over HTTP') await pass(5_000)
      if (way !== 'with an event') server.onEvent = () => {}
      await tab.messages.edit(group.id, mine.id, 'better')
      expect(tab.texts(group.id)).toEqual(['m1', 'm2', 'better'])
      expect(tab.conversations.byId[group.id]!.lastMessage!.text).toBe('better')
      await tab.messages.remove(group.id, mine.id)
      expect(tab.texts(group.id)).toEqual(['m1', 'm2', ''])
      expect(shown()[2]).toMatchObject({ seq: 3, deletedAt: 'now' })
      expect(tab.conversations.byId[group.id]).toMatchObject({ lastSeq: 3, rev: 5, lastMessage: { deletedAt: 'now' } })
      expect(tab.bubbles(group.id)).toEqual([])
    },
  )

  it('reach people who were away', async () => {
    const { tab, shown } = await tabOn()
    server.dropSockets()
    server.changeMessage(group, group.messages[0]!.id, { text: '', deletedAt: 'now' })
    await pass(2_000)
    expect(shown()[0]).toMatchObject({ text: '', deletedAt: 'now' })
    expect(tab.conversations.byId[group.id]!.me.unread).toBe(1)
  })

  it('report why they were refused', async () => {
    const { tab } = await tabOn()
    server.reachable = false
    server.dropSockets()
    await expect(tab.messages.edit(group.id, group.messages[0]!.id, 'x')).rejects.toMatchObject({ code: 'OFFLINE' })
  })
})

describe('the quote of a reply', () => {
  it('changes with its original, whether that is on the screen or not', async () => {
    reply(0, 'm1')
    for (let n = 4; n <= 60; n++) server.write(group, BOB.id, `m${n}`)
    const far = reply(0, 'm1')
    const near = reply(59, 'm60')
    server.read(group, ANN.id, group.seq)
    const { tab, shown } = await tabOn()
    const excerpts = () => shown().flatMap(({ replyTo }) => (replyTo ? [replyTo.excerpt] : []))
    expect(excerpts()).toEqual(['m1', 'm60'])
    server.changeMessage(group, far.replyTo!.id, { text: 'edited  up\nthere', editedAt: 'now' })
    server.changeMessage(group, near.replyTo!.id, { text: '', deletedAt: 'now' })
    await settle()
    expect(excerpts()).toEqual(['edited up there', ''])
    await tab.messages.loadOlder(group.id)
    expect(excerpts()).toEqual(['edited up there', 'edited up there', ''])
  })

  it('changes with a sync', async () => {
    reply(0, 'm1')
    const { shown } = await tabOn()
    server.dropSockets()
    server.changeMessage(group, group.messages[0]!.id, { text: '', deletedAt: 'now' })
    await pass(2_000)
    expect(shown()[2]!.replyTo!.excerpt).toBe('')
  })
})
