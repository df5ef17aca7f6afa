import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type Ref } from 'vue'
import type { Router } from 'vue-router'

interface Entry {
  url: string
  state: Record<string, unknown> | null
}
type Popped = { state: Entry['state']; stopImmediatePropagation(): void }

/** The history of a tab, as the browser keeps it: steps through it are asked for, and happen a moment later. */
class FakeTab {
  entries: Entry[] = [{ url: '/', state: null }]
  at = 0
  private readonly listeners: ((event: Popped) => void)[] = []

  get location() {
    return {
      pathname: this.entries[this.at]!.url,
      search: '',
      hash: '',
      host: 'test',
      protocol: 'http:',
      href: `http://test${this.entries[this.at]!.url}`,
    }
  }
  get history() {
    return this
  }
  get state() {
    return this.entries[this.at]!.state
  }
  get length() {
    return this.entries.length
  }
  pushState(state: Entry['state'], _title: string, url?: string) {
    this.entries = [...this.entries.slice(0, this.at + 1), { url: pathOf(url) ?? this.location.pathname, state }]
    this.at++
  }
  replaceState(state: Entry['state'], _title: string, url?: string) {
    this.entries[this.at] = { url: pathOf(url) ?? this.location.pathname, state }
  }
  go(by: number) {
    setTimeout(() => {
      if (!this.entries[this.at + by]) return
      this.at += by
      let stopped = false
      const event = { state: this.state, stopImmediatePropagation: () => (stopped = true) }
      // On the window itself they are called in the order they came, whether they capture or not.
      for (const tell of this.listeners) if (!stopped) tell(event)
    })
  }
  addEventListener(type: string, tell: (event: Popped) => void) {
    if (type === 'popstate') this.listeners.push(tell)
  }
  removeEventListener() {}
}
const pathOf = (url?: string) => url?.replace(/^http:\/\/test/, '')

let tab: FakeTab
let router: Router
let layer: (open: Ref<boolean>) => () => void
const depth = () => Number(tab.state?.layers ?? 0)
/** Until every step through the history that was asked for has been taken. */
async function rest() {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve))
}
async function back() {
  tab.go(-1)
  await rest()
}

beforeEach(async () => {
  vi.resetModules()
  tab = new FakeTab()
  Object.assign(globalThis, {
    window: tab,
    history: tab,
    document: { addEventListener: () => {}, removeEventListener: () => {} },
  })
  Object.defineProperty(globalThis, 'location', { get: () => tab.location, configurable: true })
  const { createRouter, createWebHistory } = await import('vue-router')
  const { listenToHistory, startLayers, useLayer } = await import('~/composables/useLayer')
  listenToHistory()
  const component = { render: () => null }
  router = createRouter({ history: createWebHistory('/'), routes: [{ path: '/:all(.*)*', component }] })
  startLayers(router)
  layer = (open) => {
    const scope = effectScope()
    scope.run(() =>
      useLayer(
        () => open.value,
        () => (open.value = false),
      ),
    )
    return () => scope.stop()
  }
  await router.push('/')
  await router.push('/chat')
  return () => {
    for (const name of ['window', 'history', 'location', 'document']) Reflect.deleteProperty(globalThis, name)
  }
})

describe('going back', () => {
  it('closes one layer after the other, then leaves the page', async () => {
    const [panel, picture] = [ref(false), ref(false)]
    for (const open of [panel, picture]) layer(open)
    panel.value = true
    await rest()
    picture.value = true
    await rest()
    expect(depth()).toBe(2)
    await back()
    expect([panel.value, picture.value]).toEqual([true, false])
    await back()
    expect([panel.value, picture.value]).toEqual([false, false])
    expect(router.currentRoute.value.path).toBe('/chat')
    await back()
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('finds no entry of a layer that was closed in another way, or that went forward', async () => {
    const open = ref(false)
    layer(open)
    open.value = true
    await rest()
    open.value = false
    await rest()
    expect([depth(), router.currentRoute.value.path]).toEqual([0, '/chat'])
    tab.go(1)
    await rest()
    expect([depth(), open.value]).toEqual([0, false])
    await back()
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('keeps the entry when a dialog replaces a menu, and when a layer does not close', async () => {
    const [menu, dialog, stubborn] = [ref(false), ref(false), ref(false)]
    for (const open of [menu, dialog]) layer(open)
    menu.value = true
    await rest()
    const { length } = tab
    menu.value = false
    await nextTick()
    dialog.value = true
    await rest()
    expect([depth(), tab.length]).toEqual([1, length])
    await back()
    expect(dialog.value).toBe(false)
    const { useLayer } = await import('~/composables/useLayer')
    effectScope().run(() =>
      useLayer(
        () => stubborn.value,
        () => {},
      ),
    )
    stubborn.value = true
    await rest()
    await back()
    expect([depth(), router.currentRoute.value.path]).toEqual([1, '/chat'])
  })

  it('leads from another page to the one that it was opened from, however the layer was left', async () => {
    for (const isClosedFirst of [true, false]) {
      const [one, two] = [ref(false), ref(false)]
      const stops = [one, two].map(layer)
      one.value = two.value = true
      await rest()
      expect(depth()).toBe(2)
      if (isClosedFirst) one.value = two.value = false
      await router.push('/other')
      for (const stop of stops) stop()
      await rest()
      expect([router.currentRoute.value.path, depth()]).toEqual(['/other', 0])
      await back()
      expect([router.currentRoute.value.path, depth()]).toEqual(['/chat', 0])
    }
    await back()
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('does not wait for an entry that does not exist', async () => {
    tab.entries = [{ url: '/chat', state: { ...tab.state, layers: 1 } }]
    tab.at = 0
    const open = ref(false)
    layer(open)
    open.value = true
    open.value = false
    await vi.waitFor(() => expect(depth()).toBe(0), { timeout: 5_000 })
    await router.push('/other')
    expect(router.currentRoute.value.path).toBe('/other')
  })
})
