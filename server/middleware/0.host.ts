import { defineEventHandler, setResponseStatus } from 'h3'
import type { ErrorCode } from '#shared/errors'
import { ERROR_STATUS } from '#shared/errors'
import { config } from '../config'
import { hostOf } from '../network/hosts'
import { dropUntrustedHeaders } from '../network/request'

/**
 * Runs before everything that trusts a request's headers. An invalid Host header would break everything that builds a
 * URL from it, including error answers. A host that is not ours is a sign of DNS rebinding (server/network/hosts.ts).
 * Both are answered here, with 422 and 403.
 */
export default defineEventHandler((event) => {
  const request = event.node.req
  dropUntrustedHeaders(request, config.trustedProxies)
  const { host } = request.headers
  if (!host || isServedHost(host)) return
  const code: ErrorCode = hostOf(host) ? 'FORBIDDEN' : 'INVALID'
  const message = hostOf(host)
    ? 'This server does not serve this host. APP_URL and ALLOWED_HOSTS say which hosts it serves.'
    : 'This host is not valid.'
  setResponseStatus(event, ERROR_STATUS[code])
  return { statusCode: ERROR_STATUS[code], message, data: { code } }
})
