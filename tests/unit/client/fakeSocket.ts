import type { SocketLike } from '~/client/environment'

/** What a socket needs of the fake server. */
interface ServerEnd {
  readonly reachable: boolean
  readonly socketsAllowed: boolean
  readonly signedIn: { id: string } | null
  readonly accessValid: boolean
  readonly silent: boolean
  readonly sockets: Set<FakeSocket>
  answer(userId: string, type: string, data: unknown): Promise<unknown>
}

/** One browser's end of a socket to the fake server. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onerror: (() => void) | null = null
  userId = ''

  constructor(private readonly server: ServerEnd) {
    void Promise.resolve().then(() => this.open())
  }

  private open(): void {
    const { server } = this
    if (!server.reachable || !server.socketsAllowed || !server.signedIn || !server.accessValid) {
      return this.onclose?.({ code: 1006 })
    }
    this.userId = server.signedIn.id
    server.sockets.add(this)
    if (server.silent) return
    this.tell({
      type: 'hello',
      data: { userId: this.userId, sessionId: 's', time: '', protocol: 1, limits: {} as any },
    })
  }

  tell(frame: unknown): void {
    if (!this.server.silent && this.server.sockets.has(this)) this.onmessage?.({ data: JSON.stringify(frame) })
  }

  send(text: string): void {
    const { id: number, type, data } = JSON.parse(text)
    if (this.server.silent) return
    void this.server.answer(this.userId, type, data).then(
      (answer) => this.tell({ id: number, ok: true, data: answer }),
      ({ code = 'INTERNAL', message, retryAfter, issues }) =>
        this.tell({
          id: number,
          ok: false,
          error: { code, message, ...(issues && { issues }), ...(retryAfter && { retryAfter }) },
        }),
    )
  }

  end(code: number): void {
    this.server.sockets.delete(this)
    this.onclose?.({ code })
  }

  close(): void {
    this.server.sockets.delete(this)
  }
}
