import '#nitro-internal-pollyfills'
import wsAdapter from 'crossws/adapters/node'
import { toNodeListener } from 'h3'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startBackups } from './backups'
import { compress } from './compress.node'
import { config } from './config'
import { startStoreThread } from './embedded/thread'
import { useNitroApp } from 'nitropack/runtime'
import { beginRequest, boundConnections } from './network/connections'
import { Pacer, unitsOf } from './network/pacing'
import { addressKey } from './network/proxies'
import { addressOf, dropUntrustedHeaders, toOriginForm } from './network/request'
import { logger } from './observability/logger'
import { startTracing, tracedAnswer } from './observability/tracing'
import { makePrivate } from './privateData'
import { startDraining } from './services/readiness'
import { closeSockets } from './socket/closeSockets'
import { start } from './start'
import { refuseHalfRestored } from './tools/folder'

/** Above the idle timeout of any load balancer, which must not reuse a connection that we are just closing. */
const KEEP_ALIVE_TIMEOUT_MS = 130_000
/** Milliseconds between two looks at connections whose time may be over. */
const CHECK_INTERVAL_MS = 2_000
/** Connections that wait to be accepted: Node's 511 doubles the time of a reconnect storm. */
const BACKLOG = 4096
/** Milliseconds of serving on after SIGTERM, while the load balancer learns to send elsewhere. */
const LINGER_MS = 1_000
/** Milliseconds over which sockets are closed, so that their clients do not all come back at once. */
const SOCKET_CLOSE_SPREAD_MS = 5_000
/** Milliseconds that requests under way may still take. */
const DRAIN_TIMEOUT_MS = 20_000

/**
 * Serves until SIGTERM or SIGINT, then lets go in order: no new work, sockets told to come back, requests finished,
 * database closed, exit 0.
 * @param entry the file that the embedded database's thread starts from
 */
export async function serve(entry: URL): Promise<void> {
  process.on('uncaughtException', (error) => {
    // As a line like any other, so that it is found where one looks; then the process is started anew.
    logger.fatal({ err: error }, 'WebChat must end')
    process.exit(1)
  })
  // Nothing that this process writes is for the machine's other users.
  process.umask(0o077)
  const open = makePrivate(config.dataDir)
  if (open.length > 0) logger.warn({ paths: open.slice(0, 10), count: open.length }, 'other users of this machine can open the data')
  refuseHalfRestored(config.dataDir)
  const store = config.mongodbUri ? null : await startStoreThread({ entry, folder: config.databaseDir })
  const stopTracing = await startTracing()
  await start(config.mongodbUri ?? store!.uri)
  const nitroApp = useNitroApp()
  const answer = toNodeListener(nitroApp.h3App)
  const pacer = new Pacer()
  const server = createServer({ connectionsCheckingInterval: CHECK_INTERVAL_MS }, (request, response) => {
    if (!toOriginForm(request)) return void response.writeHead(400, { Connection: 'close' }).end()
    // Before anything else: libraries build addresses of what a stranger says he was forwarded by.
    dropUntrustedHeaders(request, config.trustedProxies)
    if (!beginRequest(request, response)) return
    pacer.begin(addressKey(addressOf(request, config.trustedProxies)), unitsOf(request.url), () =>
      compress(request, response, () => tracedAnswer(request, response, () => void answer(request, response))),
    )
  })
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS
  boundConnections(server, { trustedProxies: config.trustedProxies, factor: config.rateLimitFactor })
  const sockets = wsAdapter(nitroApp.h3App.websocket as Parameters<typeof wsAdapter>[0])
  server.on('upgrade', (request, socket, head) => {
    // A reset while the upgrade is being decided would be an uncaught exception.
    socket.on('error', () => socket.destroy())
    sockets.handleUpgrade(request, socket, head).catch(() => socket.destroy())
  })
  await listen(server)
  const stopBackups = store && config.backups ? startBackups(config.backups, new URL('webchat.mjs', entry)) : () => {}
  let ending = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return
      ending = true
      stopBackups()
      void end(server, async () => {
        await nitroApp.hooks.callHook('close')
        await store?.stop()
        await stopTracing().catch(() => {})
      })
    })
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: config.port, host: config.host, backlog: BACKLOG }, () => {
      const { port } = server.address() as AddressInfo
      logger.info(`WebChat is at ${config.appUrl ?? `http://${config.host ?? 'localhost'}:${port}`}`)
      resolve()
    })
  })
}

async function end(server: Server, closeDatabase: () => Promise<void>): Promise<void> {
  logger.info('draining')
  startDraining()
  await new Promise((resolve) => setTimeout(resolve, LINGER_MS))
  const served = new Promise<void>((resolve) => server.close(() => resolve()))
  // Else a browser goes on asking over the connection it has, and each one is served until patience ends.
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  await closeSockets(SOCKET_CLOSE_SPREAD_MS)
  const patience = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS)
  await served
  clearInterval(idle)
  clearTimeout(patience)
  await closeDatabase()
  logger.info('ended')
  process.exit(0)
}
