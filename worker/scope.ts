/**
 * The part of a service worker's world that we use. TypeScript has types for it, but not beside those of pages: both
 * declare the same names.
 */
export interface WorkerScope {
  addEventListener<T extends keyof WorkerEvents>(type: T, listener: (event: WorkerEvents[T]) => void): void
  fetch(request: Request | string, init?: RequestInit): Promise<Response>
  skipWaiting(): Promise<void>
  caches: CacheStorage
  location: { origin: string }
  registration: {
    showNotification(title: string, options: object): Promise<void>
    navigationPreload?: { enable(): Promise<void> }
  }
  clients: {
    claim(): Promise<void>
    matchAll(options: object): Promise<WindowClient[]>
    openWindow(path: string): Promise<unknown>
  }
}

interface WindowClient {
  focused: boolean
  focus(): Promise<unknown>
  postMessage(message: unknown): void
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void
}

interface FetchEvent extends Lasting {
  request: Request
  /** The answer to a navigation that the browser asked for while the worker started. Undefined: it did not. */
  preloadResponse?: Promise<Response | undefined>
  respondWith(answer: Promise<Response>): void
}

interface WorkerEvents {
  install: Lasting
  activate: Lasting
  fetch: FetchEvent
  message: Lasting & { data: unknown; ports: readonly { postMessage(message: unknown): void }[] }
  push: Lasting & { data: { json(): unknown } | null }
  notificationclick: Lasting & { notification: { close(): void; data: unknown } }
}
