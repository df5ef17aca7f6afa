import '#nitro-internal-pollyfills'
import wsAdapter from 'crossws/adapters/node'
import { toNodeListener } from 'h3'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
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

/**
 * By how much the heap may grow, in percent of what is in use, before V8 collects garbage. By its own rule V8 lets it grow
 * up to four times, so a flood of requests would leave hundreds of megabytes of garbage behind. It holds for the thread of
 * the embedded database too.
 */
const HEAP_GROWTH_PERCENT = 50
/** Longer than the idle timeout of load balancers, so that none reuses a connection that we are about to close. */
const KEEP_ALIVE_TIMEOUT_MS = 130_000
/** Milliseconds between two checks for connections that exceed their timeouts. */
const CHECK_INTERVAL_MS = 2_000
/** The most connections that wait to be accepted. With Node's default of 511, a reconnect storm takes twice as long. */
const BACKLOG = 4096
/** Milliseconds of normal service after SIGTERM, until the load balancer has stopped sending requests. */
const LINGER_MS = 1_000
/** Milliseconds over which sockets are closed, so that their clients do not all come back at once. */
const SOCKET_CLOSE_SPREAD_MS = 5_000
/** Milliseconds that requests under way get to finish. */
const DRAIN_TIMEOUT_MS = 20_000

/**
 * Serves until SIGTERM or SIGINT, then shuts down in order: refuses new work, closes sockets so that clients connect
 * elsewhere, finishes requests, closes the database, and exits with 0.
 * @param entry the file from which the embedded database's thread starts
 */
export async function serve(entry: URL): Promise<void> {
  process.on('uncaughtException', (error) => {
    // It is logged like everything else, so that it can be found. The process is then restarted from outside.
    logger.fatal({ err: error }, 'WebChat must end')
    process.exit(1)
  })
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`)
  // The machine's other users may not read anything that this process writes.
  process.umask(0o077)
  const open = makePrivate(config.dataDir)
  if (open.length > 0)
    logger.warn({ paths: open.slice(0, 10), count: open.length }, 'other users of this machine can open the data')
  refuseHalfRestored(config.dataDir)
  const store = config.mongodbUri ? null : await startStoreThread({ entry, folder: config.databaseDir })
  const stopTracing = await startTracing()
  await start(config.mongodbUri ?? store!.uri)
  const nitroApp = useNitroApp()
  const answer = toNodeListener(nitroApp.h3App)
  const pacer = new Pacer()
  const server = createServer({ connectionsCheckingInterval: CHECK_INTERVAL_MS }, (request, response) => {
    if (!toOriginForm(request)) return void response.writeHead(400, { Connection: 'close' }).end()
    // This comes first, because libraries build URLs from forwarding headers, which strangers may send too.
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
    // Without a listener, a connection reset during the upgrade would be an uncaught exception.
    socket.on('error', () => socket.destroy())
    sockets.handleUpgrade(request, socket, head).catch(() => socket.destroy())
  })
  await listen(server)
  const stopBackups = store && config.backups ? startBackups(config.backups, new URL('webchat.mjs', entry)) : () => {}
  let isEnding = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isEnding) return
      isEnding = true
      stopBackups()
      void shutDown(server, async () => {
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

async function shutDown(server: Server, closeDatabase: () => Promise<void>): Promise<void> {
  logger.info('draining')
  startDraining()
  await new Promise((resolve) => setTimeout(resolve, LINGER_MS))
  const served = new Promise<void>((resolve) => server.close(() => resolve()))
  // Without this header, browsers would keep sending requests over open connections until the timeout.
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  await closeSockets(SOCKET_CLOSE_SPREAD_MS)
  const forceClose = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS)
  await served
  clearInterval(idle)
  clearTimeout(forceClose)
  await closeDatabase()
  logger.info('ended')
  process.exit(0)
}
