import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { addressKey, clientAddress, isTrustedProxy, type TrustedProxies } from './proxies'

/** Milliseconds in which a request's header must arrive, and in which its body must, unless it is an upload. */
const HEADER_TIMEOUT_MS = 15_000
const BODY_TIMEOUT_MS = 60_000
/** An upload must bring at least this many bytes in each interval of this many milliseconds: 2 kB a second. */
const UPLOAD_CHECK_MS = 30_000
const MIN_UPLOAD_BYTES = 60_000
/** Milliseconds without a byte in either direction after which a connection is closed. */
const SILENCE_TIMEOUT_MS = 120_000
/** The most open connections in all, including WebSockets. Further ones are closed at once. */
const MAX_CONNECTIONS = 30_000
/** The most connections of one address besides WebSockets. A browser keeps six. Our own proxies have no limit. */
const MAX_PER_ADDRESS = 500
/** The most requests under way. Further ones are answered with 503. */
const MAX_REQUESTS = 4_000

interface Bounds {
  trustedProxies: TrustedProxies
  /** Multiplies the number of connections that one address may have. */
  factor: number
}

/** Bounds the time and the number of a server's connections. */
export function boundConnections(server: Server, { trustedProxies, factor }: Bounds): void {
  server.headersTimeout = HEADER_TIMEOUT_MS
  // Node has one timeout for all requests, and an upload may take longer. `beginRequest` watches bodies instead.
  server.requestTimeout = 0
  server.timeout = SILENCE_TIMEOUT_MS
  server.maxConnections = MAX_CONNECTIONS
  const maxPerAddress = Math.max(1, Math.round(MAX_PER_ADDRESS * factor))
  /** By address: the connections that are no WebSockets, oldest first, each with its number of requests under way. */
  const byAddress = new Map<string, Map<Socket, number>>()

  server.on('connection', (socket: Socket) => {
    const address = clientAddress(socket.remoteAddress, undefined, trustedProxies)
    if (isTrustedProxy(address, trustedProxies)) return
    const key = addressKey(address)
    const own = byAddress.get(key) ?? new Map<Socket, number>()
    byAddress.set(key, own)
    if (own.size >= maxPerAddress && !closeIdle(own)) return void socket.destroy()
    own.set(socket, 0)
    const forget = () => {
      own.delete(socket)
      if (own.size === 0 && byAddress.get(key) === own) byAddress.delete(key)
    }
    socket.once('close', forget)
    // From its upgrade on, a connection is a WebSocket, which has limits of its own.
    socket.once(UPGRADED, forget)
    socket.on(BUSY, (change: 1 | -1) => {
      if (own.has(socket)) own.set(socket, own.get(socket)! + change)
    })
  })
}

/** Events of our own on a connection. */
const UPGRADED = 'webchat:upgraded'
const BUSY = 'webchat:busy'

/** Marks a connection as a WebSocket from now on. */
export function countAsSocket(socket: Socket): void {
  socket.emit(UPGRADED)
}

/** Closes the oldest idle connection of an address to make place for a new one. @returns false when all are busy */
function closeIdle(own: Map<Socket, number>): boolean {
  for (const [socket, requests] of own) {
    if (requests > 0) continue
    own.delete(socket)
    socket.destroy()
    return true
  }
  return false
}

let underWay = 0

/**
 * Begins a request: watches that its body arrives, and counts it until it is answered.
 * @returns false when too many requests are under way; this one is answered with 503 then
 */
export function beginRequest(request: IncomingMessage, response: ServerResponse): boolean {
  // The liveness check is always answered, or an overloaded process would be replaced.
  if (underWay >= MAX_REQUESTS && request.url !== '/api/health') {
    response.writeHead(503, { 'Retry-After': '5', Connection: 'close' }).end()
    return false
  }
  underWay++
  const { socket } = request
  socket.emit(BUSY, 1)
  const stopWatching = hasBody(request) ? watchBody(request) : () => {}
  response.once('close', () => {
    underWay--
    socket.emit(BUSY, -1)
    stopWatching()
  })
  return true
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** Closes a connection whose request body does not arrive. @returns a function that stops watching */
export function watchBody(request: IncomingMessage): () => void {
  const { socket, method, url } = request
  const isUpload = method === 'PUT' && url?.startsWith('/api/storage/')
  let seen = socket.bytesRead
  const timer = setInterval(
    () => {
      if (request.complete) return stop()
      const isMoving = isUpload && socket.bytesRead - seen >= MIN_UPLOAD_BYTES
      seen = socket.bytesRead
      if (!isMoving) socket.destroy()
    },
    isUpload ? UPLOAD_CHECK_MS : BODY_TIMEOUT_MS,
  )
  timer.unref()
  const stop = () => clearInterval(timer)
  return stop
}
