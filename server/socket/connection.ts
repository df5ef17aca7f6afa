import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { CLOSE } from '#shared/protocol/server'
import type { AccessClaims } from '../auth/tokens'
import { count } from '../observability/metrics'
import type { Connection } from '../realtime/hub'

/** The most bytes that wait for a slow client. With more, connecting again and syncing is faster for it. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/**
 * Bytes after which frames are written before the turn of the event loop ends, so that the kernel can start sending.
 */
const MAX_EARLY_BYTES = 256 * 1024
/** Milliseconds that a peer has to answer a close frame. */
const CLOSE_TIMEOUT_MS = 3_000

/**
 * One WebSocket. Ready-made frames are written straight to the TCP socket, past the sender of ws, which would build a
 * header for each receiver. That is safe because compression is off. Frames of one turn of the event loop leave in one
 * write.
 */
export class SocketConnection implements Connection {
  readonly userId: string
  readonly sessionId: string
  /** When anything was last received, in milliseconds since the epoch. */
  lastReceivedAt = Date.now()
  private greeted = false
  private readonly waiting: Buffer[] = []
  private waitingBytes = 0
  private readonly socket: Socket

  constructor(
    readonly ws: WebSocket,
    user: AccessClaims,
  ) {
    this.userId = user.userId
    this.sessionId = user.sessionId
    this.socket = (ws as unknown as { _socket: Socket })._socket
  }

  /** Sends the first frame. Events before it are dropped, because the client fetches what happened before. */
  greet(frame: Buffer): void {
    this.greeted = true
    this.send(frame)
  }

  /** Sends a frame. A client that reads too slowly is disconnected instead. */
  send(frame: Buffer): void {
    if (!this.greeted || this.ws.readyState !== this.ws.OPEN) return
    const unsentBytes = this.socket.writableLength + this.waitingBytes
    // A single frame above the limit, such as the answer to a sync, does not mean that the client reads slowly.
    if (unsentBytes > 0 && unsentBytes + frame.length > MAX_BUFFERED_BYTES) {
      this.waiting.length = 0
      this.waitingBytes = 0
      count('SlowReaders')
      this.close(CLOSE.tooSlow, 'reads too slowly')
      return
    }
    if (this.waiting.push(frame) === 1) setImmediate(this.flush)
    this.waitingBytes += frame.length
    if (this.waitingBytes > MAX_EARLY_BYTES) this.flush()
  }

  /** Closes the socket after what waits to be sent, and cuts the connection if the client does not answer. */
  close(code: number, reason: string): void {
    if (this.ws.readyState !== this.ws.OPEN) return
    this.flush()
    this.ws.close(code, reason)
    setTimeout(() => this.ws.terminate(), CLOSE_TIMEOUT_MS).unref()
  }

  private readonly flush = (): void => {
    const [first, ...rest] = this.waiting
    if (!first || this.ws.readyState !== this.ws.OPEN) return
    if (rest.length === 0) {
      this.socket.write(first)
    } else {
      this.socket.cork()
      for (const frame of this.waiting) this.socket.write(frame)
      this.socket.uncork()
    }
    this.waiting.length = 0
    this.waitingBytes = 0
  }
}
