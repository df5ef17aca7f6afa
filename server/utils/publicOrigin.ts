import type { H3Event } from 'h3'
import type { IncomingMessage } from 'node:http'
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

function requestedOrigin(request: IncomingMessage): string {
  return new URL(`${schemeOf(request)}://${request.headers.host || 'localhost'}`).origin
}
