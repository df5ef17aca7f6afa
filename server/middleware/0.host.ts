import { defineEventHandler, setResponseStatus } from 'h3'
import type { ErrorCode } from '#shared/errors'
import { ERROR_STATUS } from '#shared/errors'
import { config } from '../config'
import { hostOf } from '../network/hosts'
import { dropUntrustedHeaders } from '../network/request'

/**
 * Comes before everything that believes a request's headers. A Host header that is no host breaks everything that
 * builds an address from it, the answer to an error included; a host that is not ours is how DNS rebinding shows.
 * Both come no further than here, and are answered here.
 */
export default defineEventHandler((event) => {
  const request = event.node.req
  dropUntrustedHeaders(request, config.trustedProxies)
  const { host } = request.headers
  if (!host || isServedHost(host)) return
  const code: ErrorCode = hostOf(host) ? 'FORBIDDEN' : 'INVALID'
  const message = hostOf(host)
    ? 'This server does not serve this host. APP_URL and ALLOWED_HOSTS name those that it serves.'
    : 'This host is not valid.'
  setResponseStatus(event, ERROR_STATUS[code])
  return { statusCode: ERROR_STATUS[code], message, data: { code } }
})
