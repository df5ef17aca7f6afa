import type { IncomingMessage } from 'node:http'
import { WebSocketServer } from 'ws'
import { LIMITS } from '#shared/limits'
import type { AccessClaims } from '../auth/tokens'
import { channel } from '../realtime/channel'
import { onDeparture, presence } from '../realtime/tables'
import { markSeen } from '../services/people/find'
import { logger } from '../observability/logger'
import { acceptSocket } from '../socket/accept'
import { startHeartbeat } from '../socket/heartbeat'
import { guardUpgrade } from '../socket/upgrade'

type Upgraded = IncomingMessage & { _context: { user: AccessClaims } }

/** Gives crossws our own WebSocket server and guard: its defaults accept every path, origin and size. */
export default defineNitroPlugin((nitro) => {
  const wss = new WebSocketServer({ noServer: true, maxPayload: LIMITS.frameBytes, perMessageDeflate: false })
  Object.assign(nitro.h3App.websocket, { wss, hooks: { upgrade: guardUpgrade } })
  // crossws adds its own listener when the server starts. Ours must run after it, to remove its frame handler.
  wss.on('connection', (ws, request) => {
    queueMicrotask(() => acceptSocket(ws, (request as Upgraded)._context.user))
  })
  onDeparture((userId, at) =>
    markSeen(userId, at).catch((error: unknown) => logger.warn({ err: error }, 'departure not remembered')),
  )
  const stop = startHeartbeat()
  nitro.hooks.hookOnce('close', async () => {
    stop()
    for (const ws of wss.clients) ws.terminate()
    await presence.close()
    await channel.close()
  })
})
