import { defineEventHandler, setResponseHeader, setResponseStatus } from 'h3'
import { ServerResponse } from 'node:http'
import { AppError } from '#shared/errors'
import { useLimit } from '../auth/rateLimit'
import { addressKey } from '../network/proxies'

/** Pages cost as much as requests do, and are not asked for by `defineApi`. Whoever is refused gets no page, which would cost as much again. */
export default defineEventHandler(async (event) => {
  // What the server asks of itself, such as the page that tells of an error, is part of another request.
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
