import { errorOf, offline, type HttpAnswer } from './apiError'
import type { Environment } from '../environment'

const REQUEST_TIMEOUT_MS = 15_000
const REFRESH_LOCK = 'webchat-refresh'

export interface RequestOptions {
  query?: Record<string, string | number | undefined>
  body?: unknown
  /** Whether a 401 means a wrong password, and not that the access token has expired. */
  anonymous?: boolean
  /** Milliseconds. 15 s by default. */
  timeout?: number
  /** Whether the request is sent even if the page is closed meanwhile. */
  keepalive?: boolean
}

/** Requests to our own server, with the session renewed behind the scenes. */
export class Api {
  private renewing: Promise<void> | null = null
  /** Grows when another person takes over this tab. */
  private turn = 0
  /** Called when the server says that the session is over. */
  onSessionEnded: () => void = () => {}

  constructor(private readonly environment: Environment) {}

  /**
   * Sends a request. @returns the parsed body, `undefined` for 204
   * @throws ApiError with the server's code, or OFFLINE when no answer came in time
   */
  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const { turn } = this
    let answer = await this.attempt(method, path, options)
    if (answer.status === 401 && !options.anonymous) {
      this.renewing ??= this.renew().finally(() => (this.renewing = null))
      await this.renewing
      answer = await this.attempt(method, path, options)
    }
    if (turn !== this.turn) throw offline('This was asked for someone who has left.')
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer)
    if (answer.text === '') return undefined as T
    try {
      return JSON.parse(answer.text) as T
    } catch {
      throw offline('The answer was not readable.')
    }
  }

  /** Drops the answers to all earlier requests, so that nobody sees what another person has asked for. */
  beginTurn(): void {
    this.turn++
  }

  /**
   * A refresh token works once, so tabs take turns. A tab that had to wait asks first who is signed in, because another
   * tab may have done the work. It does not repeat the refused request, which must not run twice.
   */
  private renew(): Promise<void> {
    return this.environment.lock(REFRESH_LOCK, {}, async () => {
      const probe = await this.attempt('GET', '/api/me', {})
      if (probe.status !== 401) return
      const refreshed = await this.attempt('POST', '/api/auth/refresh', {})
      if (refreshed.status < 300) return
      if (refreshed.status === 401) this.onSessionEnded()
      throw errorOf(refreshed)
    })
  }

  private async attempt(method: string, path: string, options: RequestOptions): Promise<HttpAnswer> {
    const abort = new AbortController()
    const cancel = this.environment.after(options.timeout ?? REQUEST_TIMEOUT_MS, () => abort.abort())
    const headers: Record<string, string> = { accept: 'application/json' }
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    try {
      const response = await this.environment.fetch(path + queryOf(options.query), {
        method,
        headers,
        body: options.body === undefined ? undefined : JSON.stringify(options.body),
        credentials: 'same-origin',
        cache: 'no-store',
        keepalive: options.keepalive ?? false,
        signal: abort.signal,
      })
      return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') }
    } catch {
      throw offline()
    } finally {
      cancel()
    }
  }
}

function queryOf(query: RequestOptions['query']): string {
  const given = Object.entries(query ?? {}).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  )
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ''
}
