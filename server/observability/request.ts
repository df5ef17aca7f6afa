import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What a load balancer puts into x-amzn-trace-id. */
const TRACE = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/
/** Long enough for any id that proxies make, too short for a signed token, and no word of a log's own format. */
const GIVEN = /^[\w-]{8,64}$/

/** The id of a request: the one it came with, if that is one, or a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id']
  if (typeof given === 'string' && GIVEN.test(given)) return given
  const trace = headers['x-amzn-trace-id']
  return (typeof trace === 'string' && TRACE.exec(trace)?.[1]) || randomUUID()
}

/**
 * Where a request went, fit for a log: the route's pattern, such as /api/invites/:token. Where no route took it, the
 * path without its query and without whatever is not a plain word: invites and signed addresses are secrets.
 */
export function routeOf(path: string, pattern: string | undefined): string {
  if (pattern && !pattern.endsWith('**')) return pattern
  const segments = path.replace(/[?#].*$/s, '').split('/').slice(0, 8)
  return segments.map((segment) => (segment === '' || /^[a-z_-]{1,20}$/.test(segment) ? segment : '*')).join('/')
}
