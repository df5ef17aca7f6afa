import { LIMITS } from '#shared/limits'
import { CLOSE } from '#shared/protocol/server'
import { logger } from '../observability/logger'
import { endedAmong } from '../services/accounts/identify'
import { open } from './accept'

/** The most sessions in one query. */
const MAX_ASKED = 1_000

/**
 * Pings every socket regularly, so that no load balancer finds it idle. Closes sockets that have not answered, and
 * those whose session has expired, because an expiry is not announced.
 * @returns a function that stops it
 */
export function startHeartbeat(): () => void {
  const timer = setInterval(() => {
    const deadline = Date.now() - LIMITS.idleTimeout
    for (const connection of open) {
      if (connection.lastReceivedAt < deadline) connection.close(CLOSE.idle, 'nothing was heard')
      else connection.ws.ping()
    }
    closeEnded().catch((error: unknown) => logger.warn({ err: error }, 'sessions of sockets could not be checked'))
  }, LIMITS.heartbeatInterval)
  timer.unref()
  return () => clearInterval(timer)
}

async function closeEnded(): Promise<void> {
  const ids = [...new Set([...open].map(({ sessionId }) => sessionId))]
  for (let from = 0; from < ids.length; from += MAX_ASKED) {
    const ended = new Set(await endedAmong(ids.slice(from, from + MAX_ASKED)))
    for (const connection of open) {
      if (ended.has(connection.sessionId)) connection.close(CLOSE.sessionEnded, 'the session ended')
    }
  }
}
