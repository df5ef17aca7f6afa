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
      expect(tab.conversations.byId[group.id]).toMatchObject({ lastSeq: 3, rev: 5, lastMessage: { text: 'm2' } })
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

describe('a deletion that can be undone', () => {
  const deletions = () => server.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)

  it('is shown at once, and sent when its time is over', async () => {
    const { tab, shown } = await tabOn()
    const [first] = shown()
    const { done } = tab.messages.removeSoon([first!])
    expect(tab.messages.deletions.has(first!.id)).toBe(true)
    await pass(5_900)
    expect(group.messages[0]!.deletedAt).toBeNull()
    await pass(200)
    await done
    expect(group.messages[0]!.deletedAt).toBe('now')
    expect([tab.messages.deletions.size, shown()[0]!.deletedAt]).toEqual([0, 'now'])
  })

  it('leaves the message as it was, if it is undone in time', async () => {
    const { tab, shown } = await tabOn()
    const { undo } = tab.messages.removeSoon(shown())
    await pass(3_000)
    undo()
    expect(tab.messages.deletions.size).toBe(0)
    await pass(10_000)
    expect(group.messages.map(({ deletedAt }) => deletedAt)).toEqual([null, null])
  })

  it('is sent at once when the reader does not want to wait, once', async () => {
    const { tab, shown } = await tabOn()
    const { sendNow, done } = tab.messages.removeSoon(shown())
    sendNow()
    await done
    expect(group.messages.map(({ deletedAt }) => deletedAt)).toEqual(['now', 'now'])
    await pass(10_000)
    expect(server.frames.filter(({ type }) => type === 'message.delete')).toHaveLength(2)
  })

  it('is sent when the page is closed, and not again', async () => {
    const { tab, shown } = await tabOn()
    tab.messages.removeSoon([shown()[0]!])
    tab.signal('leaving')
    await settle()
    expect(deletions()).toEqual([`/api/conversations/${group.id}/messages/${shown()[0]!.id}`])
    await pass(10_000)
    expect(deletions()).toHaveLength(1)
  })

  it('shows the message again when the server cannot be reached, and says why', async () => {
    const { tab, shown } = await tabOn()
    const { done } = tab.messages.removeSoon([shown()[0]!])
    server.reachable = false
    server.dropSockets()
    const outcome = done.catch((thrown: { code: string }) => thrown.code)
    await pass(6_100)
    expect(await outcome).toBe('OFFLINE')
    expect([tab.messages.deletions.size, shown()[0]!.deletedAt]).toEqual([0, null])
  })
})

it('shows the message before in the list when the last one is deleted, also of a chat that was not opened', async () => {
  const tab = await openTab(browser).start()
  const excerpt = () => tab.conversations.byId[group.id]!.lastMessage!.text
  server.changeMessage(group, group.messages[1]!.id, { text: '', deletedAt: 'now' })
  await pass(2_000)
  expect(excerpt()).toBe('m1')
  server.changeMessage(group, group.messages[0]!.id, { text: '', deletedAt: 'now' })
  await pass(2_000)
  expect(excerpt()).toBe('')
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
