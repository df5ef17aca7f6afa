import { PICTURE_CACHE } from '#shared/worker'
import type { WorkerScope } from './scope'
import { within } from './within'

export const MAX_PICTURES = 400
export const MAX_PICTURE_BYTES = 40 * 1024 * 1024
/** Larger ones are photos in full size. Their thumbnails are kept. */
const MAX_BYTES_OF_ONE = 3 * 1024 * 1024
/** Milliseconds after which a kept picture is shown instead. */
const ANSWER_TIMEOUT_MS = 4_000
const SIZE_HEADER = 'X-Kept-Bytes'
/** The server's words for: this person may not see it, or it is gone. */
const REFUSED = new Set([401, 403, 404])

/**
 * Pictures that were seen, for times without the network. The server is asked first each time, because it knows who may
 * still see them. The cache is there only while somebody is signed in; one that was removed meanwhile stays removed.
 */
export class Pictures {
  /** Bytes by address, the oldest first. Null: not read yet. */
  private sizes: Map<string, number> | null = null
  private turn: Promise<unknown> = Promise.resolve()
  /** Whether the file store lets pages read what it sends. A picture that cannot be read cannot be kept. */
  private isReadable = true

  constructor(private readonly scope: WorkerScope) {}

  /** @param waitUntil keeps the worker running while a picture is stored */
  async answer(request: Request, waitUntil: (work: Promise<unknown>) => void): Promise<Response> {
    if (!(await this.scope.caches.has(PICTURE_CACHE))) return this.scope.fetch(request)
    const cache = await this.scope.caches.open(PICTURE_CACHE)
    const kept = await cache.match(request.url, { ignoreVary: true })
    const asked = this.ask(request)
    try {
      const answer = await (kept ? within(ANSWER_TIMEOUT_MS, asked) : asked)
      if (REFUSED.has(answer.status)) await cache.delete(request.url)
      else if (answer.status === 200) waitUntil(this.inTurn(this.keep(cache, request.url, answer.clone())))
      else if (kept && answer.status >= 500) return kept
      return answer
    } catch (error) {
      if (kept) return kept
      throw error
    }
  }

  /** The server may redirect to a store elsewhere, whose answers can be read only if it allows that (CORS). */
  private async ask(request: Request): Promise<Response> {
    if (!this.isReadable) return this.scope.fetch(request)
    const { url, headers } = request
    try {
      return await this.scope.fetch(url, { mode: 'cors', credentials: 'same-origin', headers })
    } catch {
      const answer = await this.scope.fetch(request)
      if (answer.type === 'opaque') this.isReadable = false
      return answer
    }
  }

  /** Runs one storing after the other. A full disk only means that a picture is not kept. */
  private inTurn(answer: Promise<() => Promise<void>>): Promise<void> {
    const done = Promise.all([answer, this.turn])
      .then(([store]) => store())
      .catch(() => {})
    this.turn = done
    return done
  }

  /** Reads a picture. @returns what stores it */
  private async keep(cache: Cache, url: string, answer: Response): Promise<() => Promise<void>> {
    const picture = await answer.blob()
    const headers = new Headers(answer.headers)
    headers.set(SIZE_HEADER, String(picture.size))
    return async () => {
      if (picture.size > MAX_BYTES_OF_ONE) return
      const sizes = (this.sizes ??= await sizesIn(cache))
      sizes.delete(url)
      await cache.delete(url)
      await cache.put(url, new Response(picture, { headers }))
      sizes.set(url, picture.size)
      let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
      for (const [oldest, size] of sizes) {
        if (sizes.size <= MAX_PICTURES && bytes <= MAX_PICTURE_BYTES) break
        bytes -= size
        sizes.delete(oldest)
        await cache.delete(oldest)
      }
    }
  }
}

/** What a worker that ran before has stored. */
async function sizesIn(cache: Cache): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const { url } of await cache.keys()) {
    const kept = await cache.match(url, { ignoreVary: true })
    sizes.set(url, Number(kept?.headers.get(SIZE_HEADER) ?? 0))
  }
  return sizes
}
