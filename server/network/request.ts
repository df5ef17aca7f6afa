import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { clientAddress, isTrustedProxy, type TrustedProxies } from './proxies'

/**
 * Takes out of a request what nobody of ours has said: `X-Forwarded-*` of a stranger, and `X-Forwarded-Host` always,
 * which proxies do not overwrite. What is left can be believed by everything that reads it later, libraries included.
 */
export function dropUntrustedHeaders(request: IncomingMessage, trusted: TrustedProxies): void {
  const { headers } = request
  const fromProxy = isTrustedProxy(clientAddress(request.socket.remoteAddress, undefined, trusted), trusted)
  const scheme = fromProxy && String(headers['x-forwarded-proto'] ?? '').split(',').at(-1)!.trim()
  for (const name of Object.keys(headers)) {
    if (name === 'forwarded' || (name.startsWith('x-forwarded-') && !(fromProxy && name === 'x-forwarded-for'))) delete headers[name]
  }
  if (scheme === 'https' || scheme === 'http') headers['x-forwarded-proto'] = scheme
}

/**
 * Leaves of a request's address its path and query: a client may name the whole of it, as to a proxy.
 * @returns false where it is no address
 */
export function toOriginForm(request: IncomingMessage): boolean {
  const { url = '' } = request
  if (url.startsWith('/') || url === '*') return true
  if (!URL.canParse(url)) return false
  const { pathname, search } = new URL(url)
  request.url = pathname.startsWith('/') ? pathname + search : '/'
  return true
}

/** By which scheme a request came to us or to the proxy in front; after `dropUntrustedHeaders`. */
export function schemeOf(request: IncomingMessage): 'http' | 'https' {
  const isEncrypted = (request.socket as TLSSocket).encrypted || request.headers['x-forwarded-proto'] === 'https'
  return isEncrypted ? 'https' : 'http'
}

/** The address of whoever made a request. */
export function addressOf(request: IncomingMessage, trusted: TrustedProxies): string {
  const forwardedFor = request.headers['x-forwarded-for']
  return clientAddress(request.socket.remoteAddress, Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor, trusted)
}
