import type { z } from 'zod'
import type { RequestAnswers, requestSchemas, RequestType } from '#shared/protocol/client'
import { CLOSE, type AnswerFrame, type ServerEvent, type ServerEvents } from '#shared/protocol/server'
import { offline } from '../http/apiError'
import { delayAfterLoss, fullJitter } from '../backoff'
import type { Environment, Signal, SocketLike } from '../environment'
import { PendingRequests } from './pendingRequests'

const HELLO_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 10_000
const PING_AFTER_MS = 20_000
const PING_TIMEOUT_MS = 8_000
/** Milliseconds after which a connection counts as good. The next loss starts from the shortest delay again. */
const STABLE_AFTER_MS = 10_000

/** The input of a request, before the server fills in defaults. */
export type SentData<T extends RequestType> = z.input<(typeof requestSchemas)[T]>
type Phase = 'stopped' | 'connecting' | 'open' | 'waiting'
export interface ConnectionStatus {
  phase: Phase
  /** When the next attempt begins, in milliseconds since 1970. */
  retryAt: number | null
  /** Whether the server answers over HTTP while the socket does not open, because a proxy blocks WebSockets. */
  blocked: boolean
}
/** The user by the server's answer. `unreachable`: it cannot be reached, or it fails. */
export type SessionCheck = () => Promise<'in' | 'out' | 'unreachable'>

/** The one socket of this tab. It is watched, and opened again after a loss, as long as it is wanted. */
export class Connection {
  onStatus: (status: ConnectionStatus) => void = () => {}
  onHello: (hello: ServerEvents['hello']) => void = () => {}
  onEvent: (event: ServerEvent) => void = () => {}
  /** An upgrade that was refused with 401 looks like any other failure, so we ask over HTTP. Set before `start`. */
  checkSession: SessionCheck = async () => 'in'

  private status: ConnectionStatus = { phase: 'stopped', retryAt: null, blocked: false }
  private socket: SocketLike | null = null
  private readonly requests: PendingRequests
  /** Failed attempts in a row, for the back-off. */
  private attempt = 0
  private mustCheck = false
  private failedOpenings = 0
  private lastReceivedAt = 0
  /** When the server said hello. 0: it has not yet. */
  private greetedAt = 0
  private verifying = false
  private cancelTimers: (() => void)[] = []
  private stopListening: (() => void) | null = null

  constructor(private readonly environment: Environment) {
    this.requests = new PendingRequests(environment)
  }

  get isOpen(): boolean {
    return this.status.phase === 'open'
  }

  start(): void {
    if (this.status.phase !== 'stopped') return
    this.stopListening = this.environment.onSignal((signal) => this.onSignal(signal))
    this.attempt = this.failedOpenings = 0
    this.mustCheck = false
    void this.connect()
  }

  stop(): void {
    this.stopListening?.()
    this.stopListening = null
    this.dropConnection()
    this.tell({ phase: 'stopped', retryAt: null, blocked: false })
  }

  /** Tries at once, if the connection waits for its next attempt. */
  retryNow(): void {
    if (this.status.phase !== 'waiting') return
    this.attempt = 0
    void this.connect()
  }

  /**
   * Sends a request. @returns the server's answer
   * @throws ApiError: the server's code, or OFFLINE when the socket is not open, is lost, or stays silent for `timeout` ms
   */
  request<T extends RequestType>(type: T, data: SentData<T>, timeout = REQUEST_TIMEOUT_MS): Promise<RequestAnswers[T]> {
    if (!this.isOpen || !this.socket) return Promise.reject(offline())
    const { id, answer } = this.requests.open(timeout, () => {
      if (type !== 'ping') this.verify()
    })
    this.socket.send(JSON.stringify({ id, type, data: data ?? {} }))
    return answer as Promise<RequestAnswers[T]>
  }

  private async connect(): Promise<void> {
    this.dropConnection()
    this.tell({ ...this.status, phase: 'connecting', retryAt: null })
    if (this.mustCheck && !(await this.canSignIn())) return
    const socket = this.openSocket()
    if (!socket) return this.lose(0)
    this.socket = socket
    socket.onmessage = (event) => this.receive(event.data)
    socket.onclose = (event) => this.lose(event.code)
    this.later(HELLO_TIMEOUT_MS, () => this.lose(0))
  }

  private openSocket(): SocketLike | null {
    try {
      return this.environment.openSocket('/ws')
    } catch {
      return null
    }
  }

  /**
   * Asks over HTTP before the next opening.
   * @returns false if this attempt is over (signed out, stopped, unreachable)
   */
  private async canSignIn(): Promise<boolean> {
    const turn = this.cancelTimers
    const session = await this.checkSession()
    if (turn !== this.cancelTimers || this.status.phase !== 'connecting') return false
    if (session === 'in') {
      if (this.failedOpenings >= 2) this.tell({ ...this.status, blocked: true })
      return true
    }
    this.status.blocked = false
    if (session === 'out') this.stop()
    else this.wait(fullJitter(this.attempt++, this.environment.random))
    return false
  }

  private receive(data: unknown): void {
    this.lastReceivedAt = this.environment.now()
    const frame = this.parse(data)
    if (!frame) return
    if ('ok' in frame) return this.requests.settle(frame)
    if (frame.type !== 'hello') return this.onEvent(frame)
    this.greetedAt = this.lastReceivedAt
    for (const cancel of this.cancelTimers.splice(0)) cancel()
    this.failedOpenings = 0
    this.mustCheck = false
    this.later(STABLE_AFTER_MS, () => (this.attempt = 0))
    this.watchSilence(PING_AFTER_MS)
    this.tell({ phase: 'open', retryAt: null, blocked: false })
    this.onHello(frame.data)
  }

  private parse(data: unknown): AnswerFrame | ServerEvent | null {
    try {
      return JSON.parse(String(data)) as AnswerFrame | ServerEvent
    } catch {
      this.environment.report('The server sent a frame that is not JSON.')
      return null
    }
  }

  private lose(code: number): void {
    const beforeHello = this.status.phase === 'connecting'
    this.dropConnection()
    if (beforeHello) this.failedOpenings++
    this.mustCheck = beforeHello || code === CLOSE.sessionEnded
    if (code === CLOSE.badFrame) this.environment.report('The server refused a frame of ours (1008).')
    if (code === CLOSE.tooMany || code === CLOSE.tooSlow) this.attempt = Math.max(this.attempt, 3)
    const age = this.greetedAt ? this.environment.now() - this.greetedAt : 0
    this.greetedAt = 0
    this.wait(delayAfterLoss(code, age, this.attempt++, this.environment.random))
  }

  private wait(delay: number): void {
    this.tell({ ...this.status, phase: 'waiting', retryAt: this.environment.now() + delay })
    this.later(delay, () => void this.connect())
  }

  private onSignal(signal: Signal): void {
    if (signal === 'online' && (this.status.phase === 'waiting' || this.status.phase === 'connecting')) {
      this.attempt = 0
      void this.connect()
    }
    // After sleep or time in the background the socket may be dead without an event.
    if (signal === 'visible' && this.status.phase === 'waiting') void this.connect()
    if ((signal === 'visible' || signal === 'online') && this.isOpen) void this.verify()
    if (signal === 'offline' && this.socket) this.lose(0)
  }

  /**
   * Sends a ping after a silence, and gives up a connection that does not answer. Browsers do not show protocol pings.
   */
  private watchSilence(delay: number): void {
    this.later(delay, () => {
      const silent = this.environment.now() - this.lastReceivedAt
      if (silent >= PING_AFTER_MS) void this.verify()
      this.watchSilence(silent >= PING_AFTER_MS ? PING_AFTER_MS : PING_AFTER_MS - silent)
    })
  }

  private async verify(): Promise<void> {
    if (this.verifying) return
    this.verifying = true
    const socket = this.socket
    const alive = await this.request('ping', {}, PING_TIMEOUT_MS).then(
      () => true,
      (error) => error.code !== 'OFFLINE',
    )
    this.verifying = false
    if (!alive && socket !== null && socket === this.socket) this.lose(0)
  }

  /** Drops the socket at once. A dead one would report its end only minutes later. */
  private dropConnection(): void {
    for (const cancel of this.cancelTimers) cancel()
    this.cancelTimers = []
    const socket = this.socket
    this.socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
      socket.close()
    }
    this.requests.abandon()
  }

  private later(milliseconds: number, action: () => void): void {
    this.cancelTimers.push(this.environment.after(milliseconds, action))
  }

  private tell(status: ConnectionStatus): void {
    this.status = status
    this.onStatus(status)
  }
}
