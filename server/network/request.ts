import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { clientAddress, isTrustedProxy, type TrustedProxies } from './proxies'

/**
 * Removes forwarding headers that no trusted proxy has written: `X-Forwarded-*` from strangers, and `X-Forwarded-Host`
 * always, because proxies do not overwrite it. Everything that reads the headers later, including libraries, may trust
 * what is left.
 */
export function dropUntrustedHeaders(request: IncomingMessage, trusted: TrustedProxies): void {
  const { headers } = request
  const fromProxy = isTrustedProxy(clientAddress(request.socket.remoteAddress, undefined, trusted), trusted)
  const scheme =
    fromProxy &&
    String(headers['x-forwarded-proto'] ?? '')
      .split(',')
      .at(-1)!
      .trim()
  for (const name of Object.keys(headers)) {
    if (name === 'forwarded' || (name.startsWith('x-forwarded-') && !(fromProxy && name === 'x-forwarded-for')))
      delete headers[name]
  }
  if (scheme === 'https' || scheme === 'http') headers['x-forwarded-proto'] = scheme
}

/**
 * Reduces a request's URL to its path and query. A client may send an absolute URL, as it would to a proxy.
 * @returns false when it is no valid URL
 */
export function toOriginForm(request: IncomingMessage): boolean {
  const { url = '' } = request
  if (url.startsWith('/') || url === '*') return true
  if (!URL.canParse(url)) return false
  const { pathname, search } = new URL(url)
  request.url = pathname.startsWith('/') ? pathname + search : '/'
  return true
}

/** The scheme by which a request reached us or the proxy in front. Call `dropUntrustedHeaders` before. */
export function schemeOf(request: IncomingMessage): 'http' | 'https' {
  const isEncrypted = (request.socket as TLSSocket).encrypted || request.headers['x-forwarded-proto'] === 'https'
  return isEncrypted ? 'https' : 'http'
}

/** The address of the client that made a request, as `clientAddress` gives it. */
export function addressOf(request: IncomingMessage, trusted: TrustedProxies): string {
  const forwardedFor = request.headers['x-forwarded-for']
  return clientAddress(
    request.socket.remoteAddress,
    Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
    trusted,
  )
}
