import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The trace id in the header x-amzn-trace-id of AWS load balancers. */
const TRACE = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/
/** An acceptable id: long enough for ids that proxies make, too short for a signed token, and safe in a log line. */
const GIVEN = /^[\w-]{8,64}$/

/** The id of a request: the valid one in its headers, or a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id']
  if (typeof given === 'string' && GIVEN.test(given)) return given
  const trace = headers['x-amzn-trace-id']
  return (typeof trace === 'string' && TRACE.exec(trace)?.[1]) || randomUUID()
}

/**
 * The path of a request in a form that may be logged: the pattern of its route, such as /api/invites/:token. Without a
 * route it is the path, without its query and without segments that are no plain words, because invites and signed
 * addresses are secrets.
 */
export function routeOf(path: string, pattern: string | undefined): string {
  if (pattern && !pattern.endsWith('**')) return pattern
  const segments = path
    .replace(/[?#].*$/s, '')
    .split('/')
    .slice(0, 8)
  return segments.map((segment) => (segment === '' || /^[a-z_-]{1,20}$/.test(segment) ? segment : '*')).join('/')
}
