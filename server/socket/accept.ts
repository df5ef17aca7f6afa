import type { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import { LIMITS } from '#shared/limits'
import { CLOSE, PROTOCOL, type ServerEvents } from '#shared/protocol/server'
import type { AccessClaims } from '../auth/tokens'
import { logger } from '../observability/logger'
import { textFrame } from '../realtime/frame'
import { hub, presence, screens } from '../realtime/tables'
import { isSessionAlive } from '../services/accounts/identify'
import { listConversationIds } from '../services/conversations/list'
import { hidesReads } from '../services/people/readsShown'
import { SocketConnection } from './connection'
import { taskOf, type Frame } from './dispatch'
import { createFrameLimit } from './frameLimit'
import { RequestQueue } from './requestQueue'

/** Every open socket of this process, for the heartbeat and the shutdown. */
export const open = new Set<SocketConnection>()

/** Serves a socket after its upgrade. It gets the greeting when it is sure to get its events, and then its answers. */
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
  // crossws would look up the route for every frame, so its listener is replaced by ours.
  ws.removeAllListeners('message')
  ws.on('message', (data: Buffer, isBinary) => {
    connection.lastReceivedAt = Date.now()
    // A client may send requests before it gets the greeting. Their answers come after it, in order.
    const frame = { text: isBinary ? undefined : data.toString(), length: data.length }
    if (!allowFrame() || !requests.add(frame)) connection.close(CLOSE.tooMany, 'too many frames')
  })
  ws.on('pong', () => {
    connection.lastReceivedAt = Date.now()
  })
  ws.on('error', () => {})
  answerBadFrames(ws)
  ws.on('close', (code) => {
    open.delete(connection)
    const seconds = Math.round((performance.now() - opened) / 1000)
    logger.info({ userId: user.userId, sessionId: user.sessionId, code, seconds, open: open.size }, 'socket closed')
    requests.clear()
    presence.unwatch(connection)
    void screens.remove(connection)
    hub.detach(connection)
  })
}

async function greet(connection: SocketConnection): Promise<void> {
  await hub.attach(connection, () => listConversationIds(connection.userId))
  hub.noteHidesReads(connection.userId, await hidesReads(connection.userId))
  // The session may have ended between the upgrade and the line above, when the hub did not know this socket yet.
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

/** Closes with our code on a broken frame. This must run before ws, which closes with a code for each kind of error. */
function answerBadFrames(ws: WebSocket): void {
  const receiver = (ws as unknown as { _receiver: EventEmitter })._receiver
  receiver.prependListener('error', () => ws.close(CLOSE.badFrame, 'broken or too large frame'))
}
