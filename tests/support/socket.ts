import { WebSocket } from 'ws'
import type { ServerEvents, ServerEventType } from '#shared/protocol/server'

export interface SocketAnswer {
  id: number
  ok: boolean
  data?: any
  error?: { code: string; message: string }
}

type AnyEvent = { type: ServerEventType; data: any }

/** A socket of a test. It sends requests, and keeps all events in the order of their arrival. */
export class TestSocket {
  readonly events: AnyEvent[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  private count = 0
  private readonly answers = new Map<number, (answer: SocketAnswer) => void>()
  private readonly waiting = new Set<() => void>()

  constructor(readonly ws: WebSocket) {
    ws.on('message', (data) => {
      const frame = JSON.parse(String(data))
      if ('type' in frame) this.events.push(frame)
      else this.answers.get(frame.id)?.(frame)
      for (const check of this.waiting) check()
    })
    this.closed = new Promise((resolve) => ws.on('close', (code, reason) => resolve({ code, reason: String(reason) })))
    ws.on('error', () => {})
  }

  /** Sends a request. Resolves with the answer, which may be an error. Rejects if the socket closes first. */
  request(type: string, data?: unknown): Promise<SocketAnswer> {
    const id = ++this.count
    return new Promise((resolve, reject) => {
      this.answers.set(id, resolve)
      void this.closed.then(({ code }) => reject(new Error(`Closed with ${code} before the answer.`)))
      this.ws.send(JSON.stringify({ id, type, data }))
    })
  }

  /** The data of all events of a type so far. */
  all<T extends ServerEventType>(type: T): ServerEvents[T][] {
    return this.events.filter((event) => event.type === type).map((event) => event.data)
  }

  /** Resolves as soon as a condition on the events so far holds. */
  until(fits: () => boolean, what = 'the awaited events'): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(check)
        reject(new Error(`${what} did not come. So far: ${JSON.stringify(this.events.slice(-5))}`))
      }, 60_000)
      const check = () => {
        if (!fits()) return
        clearTimeout(timer)
        this.waiting.delete(check)
        resolve()
      }
      this.waiting.add(check)
      check()
    })
  }

  /** The first event of a type that passes a test, whether it has arrived or will arrive. */
  async next<T extends ServerEventType>(
    type: T,
    fits: (data: ServerEvents[T]) => boolean = () => true,
  ): Promise<ServerEvents[T]> {
    await this.until(() => this.all(type).some(fits), type)
    return this.all(type).find(fits)!
  }

  async close(): Promise<void> {
    this.ws.close()
    await this.closed
  }
}

/** Opens a socket and waits for its hello. Rejects with `statusCode` in the error when the upgrade is refused. */
export async function connect(baseUrl: string, headers: Record<string, string>, path = '/ws'): Promise<TestSocket> {
  const ws = new WebSocket(baseUrl.replace(/^http/, 'ws') + path, { headers })
  const socket = new TestSocket(ws)
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('unexpected-response', (_request, response) => {
      reject(Object.assign(new Error(`Refused with ${response.statusCode}`), { statusCode: response.statusCode }))
      response.destroy()
    })
    ws.once('error', reject)
  })
  await socket.next('hello')
  return socket
}
