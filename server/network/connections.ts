import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { addressKey, clientAddress, isTrustedProxy, type TrustedProxies } from './proxies'

/** Milliseconds in which a request's header must be there, and in which its body must be, unless it is an upload. */
const HEADER_TIMEOUT_MS = 15_000
const BODY_TIMEOUT_MS = 60_000
/** An upload must bring so many bytes in each of these times, in milliseconds: 2 kB a second. */
const UPLOAD_CHECK_MS = 30_000
const MIN_UPLOAD_BYTES = 60_000
/** Milliseconds without a byte in either direction after which a connection is given up. */
const SILENCE_TIMEOUT_MS = 120_000
/** Open connections in all, sockets among them; whoever comes when they are all taken is closed at once. */
const MAX_CONNECTIONS = 30_000
/** Connections of one address that are no sockets: a browser keeps six. A proxy of ours has as many as it likes. */
const MAX_PER_ADDRESS = 500
/** Requests that are being answered; whoever comes then is told to come back. */
const MAX_REQUESTS = 4_000

interface Bounds {
  trustedProxies: TrustedProxies
  /** Multiplies what one address may have. */
  factor: number
}

/** Holds every connection of a server to its bounds of time and number. */
export function boundConnections(server: Server, { trustedProxies, factor }: Bounds): void {
  server.headersTimeout = HEADER_TIMEOUT_MS
  // Node knows one time for all requests, and an upload may take longer.
  server.requestTimeout = 0
  server.timeout = SILENCE_TIMEOUT_MS
  server.maxConnections = MAX_CONNECTIONS
  const most = Math.max(1, Math.round(MAX_PER_ADDRESS * factor))
  /** By address the connections that are no sockets, oldest first, each with the number of requests it has under way. */
  const byAddress = new Map<string, Map<Socket, number>>()

  server.on('connection', (socket: Socket) => {
    const address = clientAddress(socket.remoteAddress, undefined, trustedProxies)
    if (isTrustedProxy(address, trustedProxies)) return
    const key = addressKey(address)
    const own = byAddress.get(key) ?? new Map<Socket, number>()
    byAddress.set(key, own)
    if (own.size >= most && !closeIdle(own)) return void socket.destroy()
    own.set(socket, 0)
    const forget = () => {
      own.delete(socket)
      if (own.size === 0 && byAddress.get(key) === own) byAddress.delete(key)
    }
    socket.once('close', forget)
    // From an upgrade on it counts as a socket, which has bounds of its own.
    socket.once(UPGRADED, forget)
    socket.on(BUSY, (change: 1 | -1) => own.has(socket) && own.set(socket, own.get(socket)! + change))
  })
}

/** Events of our own on a connection. */
const UPGRADED = 'webchat:upgraded'
const BUSY = 'webchat:busy'

/** Tells that a connection is a WebSocket from now on. */
export function countAsSocket(socket: Socket): void {
  socket.emit(UPGRADED)
}

/** Makes room: of one address the connection that has waited longest without a request. @returns false where all are busy */
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
 * Begins a request: watches that its body comes, and counts it until it is answered.
 * @returns false where too much is under way; the request is answered then
 */
export function beginRequest(request: IncomingMessage, response: ServerResponse): boolean {
  // Whoever asks whether the process lives would have it replaced.
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

/** Ends a connection whose body does not come. @returns stops watching */
export function watchBody(request: IncomingMessage): () => void {
  const { socket, method, url } = request
  const isUpload = method === 'PUT' && url?.startsWith('/api/storage/')
  let seen = socket.bytesRead
  const timer = setInterval(() => {
    if (request.complete) return stop()
    const isMoving = isUpload && socket.bytesRead - seen >= MIN_UPLOAD_BYTES
    seen = socket.bytesRead
    if (!isMoving) socket.destroy()
  }, isUpload ? UPLOAD_CHECK_MS : BODY_TIMEOUT_MS)
  timer.unref()
  const stop = () => clearInterval(timer)
  return stop
}
