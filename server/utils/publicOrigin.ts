import { getRequestURL, type H3Event } from 'h3'
import { config } from '../config'

interface RequestHeaders {
  host?: string
  origin?: string
  secFetchSite?: string
}

/**
 * Whether a request that changes something comes from our own pages. Browsers say where a request was made, and no
 * page can forge it; a client that says nothing is not a browser and carries no one else's cookies.
 */
export function isOwnOrigin({ host, origin, secFetchSite }: RequestHeaders): boolean {
  if (secFetchSite !== undefined && secFetchSite !== 'same-origin' && secFetchSite !== 'none') return false
  if (origin === undefined) return true
  if (config.appUrl) return origin === config.appUrl
  return URL.canParse(origin) && new URL(origin).host === host
}

/** The origin that links to us begin with: the configured one, or the one that this request was made to. */
export function publicOriginOf(event: H3Event): string {
  return config.appUrl ?? getRequestURL(event, { xForwardedHost: false }).origin
}
