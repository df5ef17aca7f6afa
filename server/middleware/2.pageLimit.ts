import { defineEventHandler, setResponseHeader, setResponseStatus } from 'h3'
import { ServerResponse } from 'node:http'
import { AppError } from '#shared/errors'
import { useLimit } from '../auth/rateLimit'
import { addressKey } from '../network/proxies'

/**
 * Limits pages, which cost more than requests and do not pass through `defineApi`. The answer to too many is plain
 * text, because rendering a page would cost as much again.
 */
export default defineEventHandler(async (event) => {
  // Requests that the server makes to itself, such as for the error page, are part of another request.
  if (event.path.startsWith('/api/') || !(event.node.res instanceof ServerResponse)) return
  try {
    await useLimit('pageView', addressKey(visitorOf(event).ip))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    setResponseStatus(event, 429)
    setResponseHeader(event, 'Retry-After', error.retryAfter ?? 1)
    return error.message
  }
})
