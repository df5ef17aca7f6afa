import type { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import { LIMITS } from '#shared/limits'
import { CLOSE, PROTOCOL, type ServerEvents } from '#shared/protocol/server'
import type { AccessClaims } from '../auth/tokens'
import { logger } from '../observability/logger'
import { textFrame } from '../realtime/frame'
import { hub, presence } from '../realtime/tables'
import { isSessionAlive } from '../services/accounts/identify'
import { listConversationIds } from '../services/conversations/list'
import { SocketConnection } from './connection'
import { taskOf, type Frame } from './dispatch'
import { createFrameLimit } from './frameLimit'
import { RequestQueue } from './requestQueue'

/** Every open socket of this process, for the heartbeat and the end. */
export const open = new Set<SocketConnection>()

/** Takes over a socket whose upgrade was granted to `user`: greets it when its events flow, then serves its frames. */
export function acceptSocket(ws: WebSocket, user: AccessClaims): void {
  const connection = new SocketConnection(ws, user)
  const allowFrame = createFrameLimit()
  const requests = new RequestQueue<Frame>((frame) => {
    const { together, run } = taskOf(connection, frame)
    return { together, run: () => greeting.then(run) }
  })
  open.add(connection)
  const opened = performance.now()
  logger.info({ userId: user.userId, sessionId: user.sessionId, open: open.size }, 'socket open')
  const greeting = greet(connection).catch((error: unknown) => {
    logger.error({ err: error, userId: user.userId }, 'socket could not be served')
    connection.close(CLOSE.goingAway, 'come back later')
  })
  // crossws would look up the route anew for every frame; these frames are ours.
  ws.removeAllListeners('message')
  ws.on('message', (data: Buffer, isBinary) => {
    connection.lastHeard = Date.now()
    // A client in a hurry may ask before it was greeted: its answers come after the hello, in order.
    const frame = { text: isBinary ? undefined : data.toString(), length: data.length }
    if (!allowFrame() || !requests.add(frame)) connection.close(CLOSE.tooMany, 'too many frames')
  })
  ws.on('pong', () => {
    connection.lastHeard = Date.now()
  })
  ws.on('error', () => {})
  answerBadFrames(ws)
  ws.on('close', (code) => {
    open.delete(connection)
    const seconds = Math.round((performance.now() - opened) / 1000)
    logger.info({ userId: user.userId, sessionId: user.sessionId, code, seconds, open: open.size }, 'socket closed')
    requests.clear()
    presence.unwatch(connection)
    hub.detach(connection)
  })
}

async function greet(connection: SocketConnection): Promise<void> {
  await hub.attach(connection, () => listConversationIds(connection.userId))
  // A session may have ended between the upgrade and the line above, when nobody could close this socket yet.
  if (!(await isSessionAlive(connection.sessionId))) return connection.close(CLOSE.sessionEnded, 'the session ended')
  const data: ServerEvents['hello'] = {
    userId: connection.userId,
    sessionId: connection.sessionId,
    time: new Date().toISOString(),
    protocol: PROTOCOL,
    limits: {
      frameBytes: LIMITS.frameBytes,
      messageCharacters: LIMITS.messageCharacters,
      heartbeatInterval: LIMITS.heartbeatInterval,
    },
  }
  connection.greet(textFrame(JSON.stringify({ type: 'hello', data })))
}

/** ws has a close code of its own for each way a frame can be wrong; ours is one, and it must be first to say it. */
function answerBadFrames(ws: WebSocket): void {
  const receiver = (ws as unknown as { _receiver: EventEmitter })._receiver
  receiver.prependListener('error', () => ws.close(CLOSE.badFrame, 'broken or too large frame'))
}
