import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { CLOSE } from '#shared/protocol/server'
import type { AccessClaims } from '../auth/tokens'
import { count } from '../observability/metrics'
import type { Connection } from '../realtime/hub'

/** Bytes that may wait for a slow reader; past it he is better served by coming back and syncing. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/** Bytes of one turn that are not held back for the rest of it: the kernel may as well begin. */
const MAX_EARLY_BYTES = 256 * 1024
/** Milliseconds that a closing peer has to answer. */
const CLOSE_TIMEOUT_MS = 3_000

/**
 * One socket. Frames are written to the TCP socket as they are, past ws's sender, which would build a header for each
 * receiver; that is allowed because no compression is on. What is sent in one turn of the event loop leaves in one write.
 */
export class SocketConnection implements Connection {
  readonly userId: string
  readonly sessionId: string
  /** When anything was last heard, in milliseconds of the clock. */
  lastHeard = Date.now()
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

  /** Sends the first frame. Events that came before it are not for this socket: its client fetches what was before. */
  greet(frame: Buffer): void {
    this.greeted = true
    this.send(frame)
  }

  send(frame: Buffer): void {
    if (!this.greeted || this.ws.readyState !== this.ws.OPEN) return
    const behind = this.socket.writableLength + this.waitingBytes
    // A frame that is larger than the limit by itself, such as the answer to a sync, says nothing of how fast he reads.
    if (behind > 0 && behind + frame.length > MAX_BUFFERED_BYTES) {
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
