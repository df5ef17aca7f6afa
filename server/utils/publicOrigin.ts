import type { H3Event } from 'h3'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { config } from '../config'
import { createHostCheck } from '../network/hosts'
import { schemeOf } from '../network/request'

/** Whether a Host header names this server: see `createHostCheck`. */
export const isServedHost = createHostCheck(config)

/**
 * Whether a request that changes something comes from our own pages. Browsers state where a request was made, and no
 * page can forge that. A client that states nothing is no browser, and carries nobody else's cookies.
 */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers
  const sites = new Set([site ?? []].flat())
  if ([...sites].some((value) => value !== 'same-origin' && value !== 'none')) return false
  if (origin === undefined) return true
  return origin === (config.appUrl ?? requestedOrigin(request))
}

/** The origin that links to this server begin with: the configured one, or the one that this request was made to. */
export function publicOriginOf(event: H3Event): string {
  return config.appUrl ?? requestedOrigin(event.node.req)
}

/**
 * The origin that links in mails begin with. Whoever asks for a mail also chooses the Host header, and the mail may go to
 * somebody else. So without APP_URL it must name this machine: otherwise the link, with its token, would lead anywhere.
 */
export function mailOriginOf(event: H3Event): string {
  if (config.appUrl) return config.appUrl
  const { socket } = event.node.req
  const requested = requestedOrigin(event.node.req)
  // In development the connection comes from the development server.
  return import.meta.dev || isOwnOriginOfMachine(requested, socket) ? requested : `http://localhost:${socket.localPort}`
}

function isOwnOriginOfMachine(origin: string, { localAddress, localPort }: Socket): boolean {
  const { hostname, port } = new URL(origin)
  const own = [
    'localhost',
    '127.0.0.1',
    '[::1]',
    ...config.allowedHosts,
    ...[config.host, localAddress].map(hostOfAddress),
  ]
  return own.includes(hostname) && (port === '' || port === String(localPort))
}

/** An address of a socket, as it is in a URL. */
function hostOfAddress(address: string | undefined): string {
  const plain = address?.replace(/^::ffff:/, '') ?? ''
  return plain.includes(':') ? `[${plain}]` : plain
}

function requestedOrigin(request: IncomingMessage): string {
  return new URL(`${schemeOf(request)}://${request.headers.host || 'localhost'}`).origin
}
