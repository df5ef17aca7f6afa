import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, watch } from 'vue'
import { useDraft } from '~/composables/useDraft'
import { useTyping } from '~/composables/useTyping'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { ANN, FakeServer } from './fakeServer'

let server: FakeServer
let browser: Browser
beforeEach(() => {
  useFakeTime()
  server = new FakeServer()
  browser = new Browser(server)
  return () => vi.useRealTimers()
})

describe('a draft', () => {
  const key = (id: string) => `webchat.draft.${ANN.id}.${id}`

  it('is kept for each conversation, and removed when it is sent', async () => {
    await openTab(browser).start()
    const id = ref('one')
    const scope = effectScope()
    const draft = scope.run(() => useDraft(id))!
    draft.value = 'half a thought'
    expect(browser.storage.has(key('one'))).toBe(false)
    await pass(500)
    expect(browser.storage.get(key('one'))).toBe('half a thought')
    draft.value = 'a whole thought'
    id.value = 'two'
    expect(draft.value).toBe('')
    id.value = 'one'
    expect(draft.value).toBe('a whole thought')
    draft.value = ''
    expect(browser.storage.has(key('one'))).toBe(false)
    scope.stop()
  })

  it('is the same wherever it is shown', async () => {
    await openTab(browser).start()
    const scope = effectScope()
    const [composer, sidebar, other] = scope.run(() => [useDraft('one'), useDraft('one'), useDraft('two')] as const)!
    const seen: string[] = []
    scope.run(() => watch(sidebar, (text) => seen.push(text), { flush: 'sync' }))
    composer.value = 'half a thought'
    expect([sidebar.value, other.value]).toEqual(['half a thought', ''])
    sidebar.value = ''
    expect(composer.value).toBe('')
    expect(seen).toEqual(['half a thought', ''])
    scope.stop()
  })

  it('does not come back after a logout, in whichever tab', async () => {
    const tab = await openTab(browser).start()
    const scope = effectScope()
    const draft = scope.run(() => useDraft('one'))!
    const leaving = await openTab(browser).start()
    draft.value = 'secret'
    await leaving.session.logout()
    await pass(1_000)
    expect([tab.session.status, draft.value]).toEqual(['out', ''])
    scope.stop()
    expect([...browser.storage.keys()]).toEqual([])
  })

  it('does not come back after a logout', async () => {
    const tab = await openTab(browser).start()
    const scope = effectScope()
    const draft = scope.run(() => useDraft('one'))!
    draft.value = 'secret'
    await tab.session.logout()
    await pass(1_000)
    scope.stop()
    expect([...browser.storage.keys()]).toEqual([])
    expect(draft.value).toBe('')
  })
})

it('typing stops after four seconds without a key, and when the chat is left', async () => {
  const talk = server.talk()
  await openTab(browser).start()
  const scope = effectScope()
  const { onInput } = scope.run(() => useTyping(talk.id))!
  const told = () => server.frames.filter(({ type }) => type === 'typing.set').map(({ data }) => data.typing)
  onInput()
  await pass(3_500)
  expect(told()).toEqual([true])
  await pass(1_000)
  expect(told()).toEqual([true, false])
  onInput()
  scope.stop()
  await settle()
  expect(told()).toEqual([true, false, true, false])
})
