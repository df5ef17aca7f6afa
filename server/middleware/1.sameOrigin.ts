import { defineEventHandler } from 'h3'
import { AppError } from '#shared/errors'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Refuses changes that other sites request (CSRF). Browsers may send our cookies with requests of any page. */
export default defineEventHandler((event) => {
  if (SAFE.has(event.method)) return
  if (isOwnOrigin(event.node.req)) return
  throw asHttpError(event, new AppError('FORBIDDEN', { message: 'This request comes from another site.' }))
})
