import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { replacedBy } from '~/client/storage/draftSync'
import { useDraft, useDraftReply } from '~/composables/useDraft'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { ANN, BOB, FakeServer, type Talk } from './fakeServer'

const at = (seconds: number) => new Date(Date.UTC(2026, 5, 1) + seconds * 1_000)
const draft = (text: string, seconds: number) => ({ text, replyToId: null, updatedAt: at(seconds).toISOString() })

describe('a draft of another device', () => {
  it.each([
    // [here, typed here at (null: the server has it), elsewhere, now, what is shown then (null: what is here)]
    ['', null, draft('there', 5), 6, 'there'],
    ['here', null, draft('there', 5), 6, 'there'],
    ['here', null, null, 6, ''],
    ['one\r\ntwo', null, draft('one\ntwo', 5), 6, null],
    // What is typed here wins over what is older, and over everything while it is being typed.
    ['here', 9, draft('there', 5), 60, null],
    ['here', 5, draft('there', 9), 10, null],
    ['here', 5, draft('there', 9), 60, 'there'],
    // Nothing that was typed is lost because another draft was sent.
    ['here', 5, null, 60, null],
  ] as const)('%j typed at %j, and %j at %j', (text, typedAt, other, now, shown) => {
    const local = { text, replyToId: '', typedAt: typedAt === null ? null : at(typedAt).getTime() }
    expect(replacedBy(local, other, at(now).getTime())?.text ?? null).toBe(shown)
  })

  it('brings the message that it answers, also with the same text', () => {
    const other = { ...draft('same', 5), replyToId: 'f'.repeat(24) }
    const here = { text: 'same', replyToId: '', typedAt: null }
    expect(replacedBy(here, other, 0)).toEqual({ text: 'same', replyToId: other.replyToId })
    expect(replacedBy({ ...here, replyToId: other.replyToId }, other, 0)).toBeNull()
    expect(replacedBy({ ...here, replyToId: other.replyToId }, draft('same', 6), 0)?.replyToId).toBe('')
  })
})

describe('drafts between devices', () => {
  let server: FakeServer
  let browser: Browser
  let talk: Talk
  beforeEach(() => {
    useFakeTime()
    server = new FakeServer()
    talk = server.talk()
    browser = new Browser(server)
    return () => vi.useRealTimers()
  })

  const scoped = () => effectScope().run(() => useDraft(talk.id))!
  const saved = () => server.requests.filter(({ path }) => path.endsWith('/draft')).map(({ body }) => body)
  const tell = (other: ReturnType<typeof draft> | null) =>
    server.emit([ANN.id], { type: 'draft.updated', data: { conversationId: talk.id, draft: other } })

  it('are saved when typing pauses, and at once when they were sent', async () => {
    await openTab(browser).start()
    const text = scoped()
    text.value = 'ha'
    await pass(1_000)
    text.value = 'half'
    await pass(1_000)
    expect(saved()).toEqual([])
    await pass(1_000)
    expect(saved()).toEqual([{ text: 'half' }])
    text.value = ''
    await settle()
    expect(saved()).toEqual([{ text: 'half' }, { text: '' }])
    await pass(5_000)
    expect(saved()).toHaveLength(2)
  })

  it('come from the other device, and stay after a reload', async () => {
    const tab = await openTab(browser).start()
    const text = scoped()
    tell(draft('from there', 0))
    await settle()
    expect(text.value).toBe('from there')
    tab.close()
    await openTab(browser).start()
    expect(scoped().value).toBe('from there')
    tell(null)
    await settle()
    expect(scoped().value).toBe('')
    expect(saved()).toEqual([])
  })

  it('keep the message that they answer, here and on the other device', async () => {
    const tab = await openTab(browser).start()
    const [text, reply] = effectScope().run(() => [useDraft(talk.id), useDraftReply(talk.id)] as const)!
    const root = server.say(talk, BOB.id, 'root')
    reply.value = root.id
    await pass(2_000)
    text.value = 'answer'
    await pass(2_000)
    expect(saved()).toEqual([
      { text: '', replyToId: root.id },
      { text: 'answer', replyToId: root.id },
    ])
    tab.close()
    await openTab(browser).start()
    const again = effectScope().run(() => useDraftReply(talk.id))!
    expect(again.value).toBe(root.id)
    tell(draft('answer', 60))
    await pass(500)
    expect(again.value).toBeNull()
  })

  it('that were typed offline are saved after the next connection', async () => {
    await openTab(browser).start()
    server.reachable = false
    server.dropSockets()
    const text = scoped()
    text.value = 'typed offline'
    await pass(3_000)
    server.reachable = true
    await pass(30_000)
    expect(saved()).toContainEqual({ text: 'typed offline' })
    expect(text.value).toBe('typed offline')
    expect(browser.storage.has(`webchat.draft.${ANN.id}.${talk.id}.typed`)).toBe(false)
  })

  it('wait for a message before them, which would end them', async () => {
    const tab = await openTab(browser).start()
    let release = () => {}
    server.onSend = () => new Promise((resolve) => (release = resolve))
    const text = scoped()
    tab.messages.send(talk.id, 'first')
    text.value = 'second'
    await pass(4_000)
    expect(saved()).toEqual([])
    release()
    await pass(4_000)
    expect(saved()).toEqual([{ text: 'second' }])
  })
})
