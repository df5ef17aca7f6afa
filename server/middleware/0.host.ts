import { defineEventHandler } from 'h3'
import { AppError } from '#shared/errors'

/** A Host header that is no host breaks everything that builds an address from it, so it comes no further than here. */
export default defineEventHandler((event) => {
  const { host } = event.node.req.headers
  if (!host || URL.canParse(`http://${host}`)) return
  throw asHttpError(event, new AppError('INVALID', { message: 'This host is not valid.' }))
})
