import { getHeader, type H3Event } from 'h3'
import { isIP } from 'node:net'
import { config } from '../config'
import type { Visitor } from '../services/accounts/openSession'

/** Where a request came from. */
export function visitorOf(event: H3Event): Visitor {
  return { ip: addressOf(event), userAgent: getHeader(event, 'user-agent') ?? '' }
}

/**
 * The address of whoever made the request. Behind a load balancer it is the last one that the balancer wrote down;
 * the ones before it are the client's own words. Without a proxy (no APP_URL) the header is the client's altogether.
 */
function addressOf(event: H3Event): string {
  // A socket that listens on both families shows IPv4 addresses inside IPv6 ones.
  const socketAddress = (event.node.req.socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d)/, '')
  if (!config.appUrl) return socketAddress
  const last = getHeader(event, 'x-forwarded-for')?.split(',').at(-1)?.trim()
  return last && isIP(last) ? last : socketAddress
}
