import { defineEventHandler, setResponseStatus } from 'h3'

/**
 * A Host header that is no host breaks everything that builds an address from it, the answer to an error included:
 * it comes no further than here, and is answered here.
 */
export default defineEventHandler((event) => {
  const { host } = event.node.req.headers
  if (!host || URL.canParse(`http://${host}`)) return
  setResponseStatus(event, 422)
  return { statusCode: 422, message: 'This host is not valid.', data: { code: 'INVALID' } }
})
