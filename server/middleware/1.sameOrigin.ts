import { defineEventHandler } from 'h3'
import { AppError } from '#shared/errors'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Cookies go along with whatever page makes a request; only our own pages may change anything by them. */
export default defineEventHandler((event) => {
  if (SAFE.has(event.method)) return
  if (isOwnOrigin(event.node.req)) return
  throw asHttpError(event, new AppError('FORBIDDEN', { message: 'This request comes from another site.' }))
})
