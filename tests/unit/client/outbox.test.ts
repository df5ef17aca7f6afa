import { beforeEach, describe, expect, it, vi } from 'vitest'
import { watch } from 'vue'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { ANN, BOB, FakeServer, ErrorAnswer } from './fakeServer'

let server: FakeServer
let browser: Browser
beforeEach(() => {
  useFakeTime()
  server = new FakeServer()
  browser = new Browser(server)
  return () => vi.useRealTimers()
})

const sends = () => server.frames.filter(({ type }) => type === 'message.send').map(({ data }) => data.text)
const said = (talk: { messages: { text: string }[] }) => talk.messages.map(({ text }) => text)

async function tabWith(talkId: string, options = {}) {
  const tab = await openTab(browser, options).start()
  await tab.messages.openConversation(talkId)
  return tab
}

describe('sending', () => {
  it('shows a bubble at once and its message in its place, never both, never neither', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    const seen: string[] = []
    const shown = () => [...tab.texts(talk.id), ...tab.bubbles(talk.id).map((bubble) => bubble.split(':')[0]!)]
    // As the screen is drawn: once after each turn in which something changed.
    watch(shown, (texts) => seen.push(texts.join()))
    tab.messages.send(talk.id, 'hello')
    expect(tab.bubbles(talk.id)).toEqual(['hello:sending'])
    await settle()
    expect(tab.texts(talk.id)).toEqual(['hello'])
    expect(tab.bubbles(talk.id)).toEqual([])
    expect(new Set(seen)).toEqual(new Set(['hello']))
    expect(tab.conversations.byId[talk.id]!.me.unread).toBe(0)
  })

  it('accepts the answer first or the event first, once', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    const late: (() => void)[] = []
    server.onEvent = (deliver) => late.push(deliver)
    tab.messages.send(talk.id, 'answer first')
    await settle()
    expect(tab.texts(talk.id)).toEqual(['answer first'])
    for (const deliver of late) deliver()
    await settle()
    expect(tab.texts(talk.id)).toEqual(['answer first'])
    expect(tab.bubbles(talk.id)).toEqual([])
  })

  it('keeps a sent bubble until the messages before it have arrived', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    server.onEvent = () => {}
    server.say(talk, BOB.id, 'overtaken')
    tab.messages.send(talk.id, 'mine')
    await settle()
    expect(tab.texts(talk.id)).toEqual([])
    expect(tab.bubbles(talk.id)).toEqual(['mine:sent'])
    await pass(1_000)
    expect(tab.texts(talk.id)).toEqual(['overtaken', 'mine'])
    expect(tab.bubbles(talk.id)).toEqual([])
  })

  it('sends a reply without its quote if that can no longer be seen, before later messages', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    server.onSend = ({ replyToId }) => {
      if (replyToId)
        throw new ErrorAnswer('NOT_FOUND', undefined, [{ path: ['replyToId'], code: 'gone', params: {}, message: '' }])
    }
    tab.messages.send(talk.id, 'an answer', 'f'.repeat(24))
    tab.messages.send(talk.id, 'the next')
    await pass(500)
    expect(said(talk)).toEqual(['an answer', 'the next'])
    expect(tab.bubbles(talk.id)).toEqual([])
  })

  it('keeps the order of writing, also if the first has to be tried again', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    let failures = 2
    server.onSend = () => {
      if (failures-- > 0) throw new ErrorAnswer('UNAVAILABLE')
    }
    for (const text of ['one', 'two', 'three']) tab.messages.send(talk.id, text)
    await pass(10_000)
    expect(said(talk)).toEqual(['one', 'two', 'three'])
  })

  it('marks a message that cannot succeed as failed, sends the others, and can retry or delete it', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    server.onSend = ({ text }) => {
      if (text.startsWith('bad')) throw new ErrorAnswer('INVALID')
    }
    for (const text of ['bad 1', 'good', 'bad 2']) tab.messages.send(talk.id, text)
    await pass(1_000)
    expect(tab.texts(talk.id)).toEqual(['good'])
    expect(tab.bubbles(talk.id)).toEqual(['bad 1:failed', 'bad 2:failed'])
    const [first, second] = tab.messages.history(talk.id)!.pending
    expect(first!.error!.code).toBe('INVALID')
    tab.messages.discard(second!.clientId)
    server.onSend = () => {}
    tab.messages.retry(first!.clientId)
    await pass(1_000)
    expect(tab.texts(talk.id)).toEqual(['good', 'bad 1'])
    expect(tab.bubbles(talk.id)).toEqual([])
  })

  it('waits when the server says that it is too fast', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    let refusals = 1
    server.onSend = () => {
      if (refusals-- > 0) throw new ErrorAnswer('RATE_LIMITED')
    }
    tab.messages.send(talk.id, 'fast')
    await pass(900)
    expect(tab.bubbles(talk.id)).toEqual(['fast:queued'])
    await pass(2_000)
    expect(tab.texts(talk.id)).toEqual(['fast'])
  })

  it('sends again under the same clientId when the answer was lost, and makes no second message', async () => {
    const talk = server.talk()
    const tab = await tabWith(talk.id)
    server.onEvent = () => {}
    server.onSend = async () => {
      server.onSend = () => {}
      await Promise.resolve()
      queueMicrotask(() => server.dropSockets())
    }
    tab.messages.send(talk.id, 'once')
    await pass(3_000)
    expect(said(talk)).toEqual(['once'])
    expect(tab.texts(talk.id)).toEqual(['once'])
    expect(tab.bubbles(talk.id)).toEqual([])
  })
})

describe('a time without network', () => {
  it('keeps what was written offline over a reload and sends it in order', async () => {
    const talk = server.talk(undefined, 2)
    const tab = await tabWith(talk.id)
    await pass(2_000)
    server.reachable = false
    server.dropSockets()
    tab.signal('offline')
    for (const text of ['one', 'two']) tab.messages.send(talk.id, text)
    await pass(5_000)
    expect(tab.connection.state).toBe('offline')
    expect(tab.bubbles(talk.id)).toEqual(['one:queued', 'two:queued'])
    tab.close()

    const again = await tabWith(talk.id)
    expect(again.session.status).toBe('in')
    expect(again.texts(talk.id)).toEqual(['m1', 'm2'])
    expect(again.bubbles(talk.id)).toEqual(['one:queued', 'two:queued'])
    again.messages.send(talk.id, 'three')
    server.reachable = true
    again.signal('online')
    await pass(2_000)
    expect(again.texts(talk.id)).toEqual(['m1', 'm2', 'one', 'two', 'three'])
    expect(again.bubbles(talk.id)).toEqual([])
    expect(again.connection.state).toBe('online')
  })

  it('reports later how far was read offline', async () => {
    const talk = server.talk(undefined, 4)
    const tab = await tabWith(talk.id)
    server.reachable = false
    server.dropSockets()
    tab.conversations.markRead(talk.id, 3)
    tab.conversations.markRead(talk.id, 2)
    expect(tab.conversations.byId[talk.id]!.me).toMatchObject({ lastReadSeq: 3, unread: 1 })
    await pass(5_000)
    tab.close()
    const again = await openTab(browser).start()
    const places: number[] = []
    const readUpTo = () => again.conversations.byId[talk.id]!.me.lastReadSeq
    watch(readUpTo, (seq) => places.push(seq), { flush: 'sync' })
    expect(readUpTo()).toBe(3)
    server.reachable = true
    again.signal('online')
    await pass(2_000)
    expect(talk.read[ANN.id]).toBe(3)
    expect(again.conversations.byId[talk.id]!.me).toMatchObject({ lastReadSeq: 3, unread: 1 })
    expect(places).toEqual([])
  })

  it('works without a database', async () => {
    const talk = server.talk(undefined, 1)
    const tab = await tabWith(talk.id, { hasDatabase: false })
    tab.messages.send(talk.id, 'hello')
    await settle()
    expect(tab.texts(talk.id)).toEqual(['m1', 'hello'])
  })
})

describe('several tabs', () => {
  it('show the same bubbles, and one of them sends', async () => {
    const talk = server.talk()
    const one = await tabWith(talk.id)
    const two = await tabWith(talk.id)
    let answer = () => {}
    server.onSend = () => new Promise<void>((done) => (answer = done))
    two.messages.send(talk.id, 'from two')
    await settle()
    expect(one.bubbles(talk.id)).toEqual(['from two:sending'])
    expect(two.bubbles(talk.id)).toEqual(['from two:sending'])
    server.onSend = () => {}
    answer()
    await settle()
    for (const tab of [one, two]) {
      expect(tab.texts(talk.id)).toEqual(['from two'])
      expect(tab.bubbles(talk.id)).toEqual([])
    }
    expect(sends()).toEqual(['from two'])
  })

  it('take over from a tab that closes while it sends', async () => {
    const talk = server.talk()
    const one = await tabWith(talk.id)
    const two = await tabWith(talk.id)
    server.onSend = () => new Promise<void>(() => {})
    one.messages.send(talk.id, 'orphan')
    await settle()
    server.onSend = () => {}
    one.close()
    await pass(2_000)
    expect(said(talk)).toEqual(['orphan'])
    expect(two.texts(talk.id)).toEqual(['orphan'])
    expect(two.bubbles(talk.id)).toEqual([])
  })

  it('take over from a tab that does not send its messages', async () => {
    const talk = server.talk()
    const one = await tabWith(talk.id)
    const two = await tabWith(talk.id)
    one.network.up = false
    one.client.socket.stop()
    two.messages.send(talk.id, 'waiting')
    await settle()
    expect(two.bubbles(talk.id)).toEqual(['waiting:queued'])
    await pass(12_000)
    expect(two.texts(talk.id)).toEqual(['waiting'])
    expect(said(talk)).toEqual(['waiting'])
  })
})
