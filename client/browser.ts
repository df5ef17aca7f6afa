import { measure, put } from './storage/browserFiles'
import type { Channel, Environment, Signal, SocketLike, TextStorage } from './environment'

/**
 * The world as the browser offers it. Locks, channels and storage may be missing (plain http, private mode): then each
 * tab is alone.
 */
export function browserEnvironment(): Environment {
  return {
    fetch: (path, init) => fetch(path, init),
    openSocket: (path) => new WebSocket(new URL(path, location.href.replace(/^http/, 'ws'))) as unknown as SocketLike,
    put,
    now: () => Date.now(),
    random: () => Math.random(),
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds)
      return () => clearTimeout(timer)
    },
    newId,
    openChannel,
    lock: withLock,
    objectUrl: (file) => URL.createObjectURL(file),
    releaseUrl: (url) => URL.revokeObjectURL(url),
    measure,
    storage: textStorage(() => window.localStorage),
    hasDatabase: typeof indexedDB !== 'undefined',
    isOnline: () => navigator.onLine !== false,
    onSignal,
    onStorage(listener) {
      const onStorage = (event: StorageEvent) => {
        if (event.key !== null) listener(event.key, event.newValue)
      }
      window.addEventListener('storage', onStorage)
      return () => window.removeEventListener('storage', onStorage)
    },
    report: (problem) => console.warn(problem),
  }
}

/** Not crypto.randomUUID: it is missing on plain http, where teams try the app in their own network. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function withLock<T>(
  name: string,
  options: { steal?: boolean; signal?: AbortSignal },
  action: () => Promise<T>,
): Promise<T> {
  if (typeof navigator === 'undefined' || !navigator.locks) return action()
  return (await navigator.locks.request(name, options, action)) as T
}

function openChannel(name: string): Channel {
  if (typeof BroadcastChannel === 'undefined') return { post() {}, listen() {}, close() {} }
  const channel = new BroadcastChannel(name)
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel stays within its origin
    post: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener('message', (event) => listener(event.data)),
    close: () => channel.close(),
  }
}

function onSignal(listener: (signal: Signal) => void): () => void {
  const online = () => listener('online')
  const offline = () => listener('offline')
  const seen = () => listener(document.visibilityState === 'visible' ? 'visible' : 'hidden')
  const leaving = () => {
    listener('hidden')
    listener('leaving')
  }
  window.addEventListener('online', online)
  window.addEventListener('offline', offline)
  window.addEventListener('pagehide', leaving)
  document.addEventListener('visibilitychange', seen)
  return () => {
    window.removeEventListener('online', online)
    window.removeEventListener('offline', offline)
    window.removeEventListener('pagehide', leaving)
    document.removeEventListener('visibilitychange', seen)
  }
}

/** A storage that may refuse everything; merely naming `localStorage` can throw. */
function textStorage(open: () => Storage): TextStorage {
  const attempt = <T>(action: (storage: Storage) => T, otherwise: T): T => {
    try {
      return action(open())
    } catch {
      return otherwise
    }
  }
  return {
    get: (key) => attempt((storage) => storage.getItem(key), null),
    set: (key, text) => attempt((storage) => storage.setItem(key, text), undefined),
    remove: (key) => attempt((storage) => storage.removeItem(key), undefined),
    keys: () => attempt((storage) => Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? ''), []),
  }
}
