import type { WorkerScope } from '../../../worker/scope'

export const ORIGIN = 'http://chat.example'
type Answer = Response | (() => Response | Promise<Response>)
type Listener = (event: object) => void

const urlOf = (request: Request | string | URL) =>
  new URL(typeof request === 'string' || request instanceof URL ? request : request.url, ORIGIN).href

/** A cache as browsers have it, as far as the worker uses it. `full`: the disk is. */
class FakeCache {
  readonly entries = new Map<string, Response>()
  constructor(private readonly disk: { full: boolean }) {}

  async match(request: Request | string): Promise<Response | undefined> {
    return this.entries.get(urlOf(request))?.clone()
  }
  async put(request: Request | string, answer: Response): Promise<void> {
    if (this.disk.full) throw new DOMException('No space.', 'QuotaExceededError')
    this.entries.set(urlOf(request), answer)
  }
  async delete(request: Request | string): Promise<boolean> {
    return this.entries.delete(urlOf(request))
  }
  async keys(): Promise<{ url: string }[]> {
    return [...this.entries.keys()].map((url) => ({ url }))
  }
}

class FakeCaches {
  readonly byName = new Map<string, FakeCache>()
  readonly disk = { full: false }

  async has(name: string): Promise<boolean> {
    return this.byName.has(name)
  }
  async open(name: string): Promise<FakeCache> {
    const cache = this.byName.get(name) ?? new FakeCache(this.disk)
    this.byName.set(name, cache)
    return cache
  }
  async delete(name: string): Promise<boolean> {
    return this.byName.delete(name)
  }
  async keys(): Promise<string[]> {
    return [...this.byName.keys()]
  }
  async match(request: Request | string, { cacheName }: { cacheName?: string } = {}): Promise<Response | undefined> {
    const searched = cacheName ? [this.byName.get(cacheName)] : [...this.byName.values()]
    for (const cache of searched) {
      const answer = await cache?.match(request)
      if (answer) return answer
    }
    return undefined
  }
}

/** A worker's world. `answers` has the server's answers by path; without one, the network is gone. */
export class FakeScope {
  readonly answers = new Map<string, Answer>()
  readonly asked: string[] = []
  readonly shown: [string, object][] = []
  readonly opened: unknown[] = []
  readonly pages: object[] = []
  readonly caches = new FakeCaches()
  readonly location = { origin: ORIGIN }
  readonly registration = {
    showNotification: async (title: string, options: object) => void this.shown.push([title, options]),
  }
  readonly clients = {
    matchAll: async () => this.pages,
    openWindow: async (path: string) => void this.opened.push(path),
  }
  private readonly listeners = new Map<string, Listener>()

  readonly addEventListener = (type: string, listener: Listener) => void this.listeners.set(type, listener)

  fetch = async (request: Request | string, init: RequestInit = {}): Promise<Response> => {
    const path = urlOf(request).replace(ORIGIN, '')
    this.asked.push(`${init.method ?? 'GET'} ${path}`)
    const answer = this.answers.get(path)
    if (!answer) throw new TypeError('network')
    return answer instanceof Response ? answer.clone() : answer()
  }

  /** Tells the worker of an event, and waits until it is done with it. */
  async dispatch(type: string, event: object): Promise<void> {
    let done: Promise<unknown> = Promise.resolve()
    this.listeners.get(type)!({ ...event, waitUntil: (work: Promise<unknown>) => (done = work) })
    await done
  }

  asScope(): WorkerScope {
    return this as unknown as WorkerScope
  }
}
