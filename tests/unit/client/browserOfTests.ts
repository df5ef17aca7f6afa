import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { createPinia, setActivePinia } from 'pinia'
import { vi } from 'vitest'
import { Client } from '~/client/client'
import type { Environment, Signal } from '~/client/environment'
import { startRealtime } from '~/stores/sync/realtime'
import { useConnectionStore } from '~/stores/sync/connection'
import { useConversationsStore } from '~/stores/conversations'
import { useDraftsStore } from '~/stores/drafts'
import { useMembersStore } from '~/stores/members'
import { useMessagesStore } from '~/stores/messages/messages'
import { useModerationStore } from '~/stores/moderation'
import { usePeopleStore } from '~/stores/people'
import { usePresenceStore } from '~/stores/presence'
import { useScheduledStore } from '~/stores/scheduled'
import { useSessionStore } from '~/stores/session'
import { useSynchroniser } from '~/stores/sync/synchroniser'
import { useTab } from '~/stores/tab'
import { useUploadsStore } from '~/stores/uploads'
import type { FakeServer } from './fakeServer'
import { FakeSocket } from './fakeSocket'

/** Fake timers that leave the database of the tests its real turns. */
export function useFakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: new Date('2026-06-01T00:00:00Z') })
}

/** Lets everything happen that waits for no clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((done) => setImmediate(done))
}

/** Lets time pass. */
export async function pass(milliseconds: number): Promise<void> {
  await settle()
  for (let left = milliseconds; left > 0; left -= 250) {
    await vi.advanceTimersByTimeAsync(Math.min(250, left))
    await settle()
  }
}

/** What the tabs of one browser share. */
export class Browser {
  readonly storage = new Map<string, string>()
  ids = 0
  readonly tabs = new Set<Tab>()
  private readonly channels = new Map<string, Set<{ heard: ((message: unknown) => void)[] }>>()
  private readonly holders = new Map<string, { release: () => void; queue: (() => void)[]; steal: () => void }>()

  constructor(readonly server: FakeServer) {
    globalThis.indexedDB = new IDBFactory()
  }

  openChannel(name: string) {
    const group = this.channels.get(name) ?? new Set()
    this.channels.set(name, group)
    const own = { heard: [] as ((message: unknown) => void)[] }
    group.add(own)
    return {
      post: (message: unknown) => {
        const copy = structuredClone(message)
        for (const other of [...group])
          if (other !== own) queueMicrotask(() => other.heard.forEach((hear) => hear(copy)))
      },
      listen: (listener: (message: unknown) => void) => void own.heard.push(listener),
      close: () => void group.delete(own),
    }
  }

  /** As navigator.locks does it: in turn, and stolen where that is asked for. */
  lock<T>(name: string, options: { steal?: boolean; signal?: AbortSignal }, action: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const before = this.holders.get(name)
      const take = () => {
        const queue = this.holders.get(name)?.queue ?? []
        let held = true
        const release = () => {
          if (!held) return
          held = false
          this.holders.delete(name)
          const next = queue.shift()
          if (next) {
            this.holders.set(name, { release: () => {}, queue, steal: () => {} })
            next()
          }
        }
        const steal = () => {
          held = false
          reject(new DOMException('stolen', 'AbortError'))
        }
        this.holders.set(name, { release, queue, steal })
        void Promise.resolve().then(action).then(resolve, reject).finally(release)
      }
      if (!before) return take()
      if (options.steal) {
        before.steal()
        return take()
      }
      before.queue.push(take)
      options.signal?.addEventListener('abort', () => {
        const at = before.queue.indexOf(take)
        if (at >= 0) before.queue.splice(at, 1)
        reject(new DOMException('aborted', 'AbortError'))
      })
    })
  }
}

export type Tab = ReturnType<typeof openTab>

/** Opens a tab of the app; `start` waits until it knows who is signed in. */
export function openTab(browser: Browser, options: { hasDatabase?: boolean; random?: () => number } = {}) {
  const { server } = browser
  const listeners = new Set<(signal: Signal) => void>()
  const network = { up: true }
  const environment: Environment = {
    fetch: (path, init) => (network.up ? server.fetch(path, init) : Promise.reject(new TypeError('network'))),
    openSocket: () => new FakeSocket(server),
    put: (url, request) => (network.up ? server.files.put(url, request) : Promise.reject(new TypeError('network'))),
    objectUrl: () => `blob:${++browser.ids}`,
    releaseUrl: () => {},
    measure: async (_url, mime) => (mime.startsWith('image/') ? { width: 4, height: 3 } : null),
    now: () => Date.now(),
    random: options.random ?? (() => 0.5),
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds)
      return () => clearTimeout(timer)
    },
    newId: () => `client-id-${++browser.ids}`,
    openChannel: (name) => browser.openChannel(name),
    lock: (name, lockOptions, action) => browser.lock(name, lockOptions, action),
    storage: {
      get: (key) => browser.storage.get(key) ?? null,
      set: (key, text) => void browser.storage.set(key, text),
      remove: (key) => void browser.storage.delete(key),
      keys: () => [...browser.storage.keys()],
    },
    hasDatabase: options.hasDatabase ?? true,
    isOnline: () => server.reachable,
    onSignal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onStorage: () => () => {},
    report: () => {},
  }
  const client = new Client(environment)
  const pinia = createPinia()
  setActivePinia(pinia)
  useTab().install(client)
  const stores = {
    session: useSessionStore(),
    connection: useConnectionStore(),
    conversations: useConversationsStore(),
    drafts: useDraftsStore(),
    members: useMembersStore(),
    messages: useMessagesStore(),
    moderation: useModerationStore(),
    presence: usePresenceStore(),
    people: usePeopleStore(),
    synchroniser: useSynchroniser(),
    scheduled: useScheduledStore(),
    uploads: useUploadsStore(),
  }
  const stop = startRealtime()
  const tab = {
    ...stores,
    client,
    network,
    signal: (signal: Signal) => listeners.forEach((listener) => listener(signal)),
    async start() {
      await stores.session.load()
      await settle()
      return tab
    },
    /** The tab is closed, without a word. */
    close() {
      stop()
      client.close()
      browser.tabs.delete(tab as Tab)
    },
    texts: (id: string) => stores.messages.history(id)?.messages.map((message) => message.text) ?? [],
    bubbles: (id: string) => stores.messages.history(id)?.pending.map(({ text, state }) => `${text}:${state}`) ?? [],
  }
  browser.tabs.add(tab as Tab)
  return tab
}
