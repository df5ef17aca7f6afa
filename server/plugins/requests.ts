import { setResponseHeader, type H3Event } from 'h3'
import { ServerResponse } from 'node:http'
import { logger } from '../observability/logger'
import { count, measure } from '../observability/metrics'
import { requestIdOf, routeOf } from '../observability/request'
import { routeNamer } from '../observability/tracing'

declare module 'h3' {
  interface H3EventContext {
    requestId?: string
    /** The id of the signed-in caller, as soon as it is known. */
    userId?: string
  }
}

/** Routes that load balancers and orchestrators request every few seconds. */
const CHECKS = new Set(['/api/health', '/api/ready'])

/** Logs a line for each request when it has been answered or aborted. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('request', (event) => {
    // Requests that the server makes to itself while it renders are part of another request.
    if (!(event.node.res instanceof ServerResponse)) return
    const started = performance.now()
    const requestId = requestIdOf(event.node.req.headers)
    event.context.requestId = requestId
    setResponseHeader(event, 'X-Request-Id', requestId)
    const nameRoute = routeNamer()
    event.node.res.once('close', () => {
      nameRoute(event.method, patternOf(event))
      logRequest(event, performance.now() - started)
    })
  })
  nitro.hooks.hook('error', (error, { event }) => {
    if (!event || !('unhandled' in error && error.unhandled)) return
    const route = patternOf(event)
    logger.error(
      { err: error.cause ?? error, requestId: event.context.requestId, method: event.method, route },
      'request failed',
    )
  })
})

function logRequest(event: H3Event, duration: number): void {
  const { res } = event.node
  const route = patternOf(event)
  const status = res.statusCode
  const isCheck = CHECKS.has(route)
  if (!isCheck) {
    count('Requests')
    measure('RequestLatency', duration)
    if (status >= 500) count('Errors')
  }
  const { requestId, userId } = event.context
  const line = {
    requestId,
    userId,
    method: event.method,
    route,
    status,
    duration: Math.round(duration * 10) / 10,
    ...(!res.writableFinished && { aborted: true }),
  }
  if (isCheck || route.startsWith('/_nuxt/')) logger.debug(line, 'request')
  else if (status >= 500) logger.error(line, 'request')
  else logger.info(line, 'request')
}

function patternOf(event: H3Event): string {
  return routeOf(event.path, event.context.matchedRoute?.path)
}
