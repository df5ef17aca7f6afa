import { LIMITS } from '#shared/limits'
import { CLOSE } from '#shared/protocol/server'
import { open } from './accept'

/**
 * Pings every socket, so that no load balancer finds it idle, and drops those that have not answered.
 * @returns stops it
 */
export function startHeartbeat(): () => void {
  const timer = setInterval(() => {
    const deadline = Date.now() - LIMITS.idleTimeout
    for (const connection of open) {
      if (connection.lastHeard < deadline) connection.close(CLOSE.idle, 'nothing was heard')
      else connection.ws.ping()
    }
  }, LIMITS.heartbeatInterval)
  timer.unref()
  return () => clearInterval(timer)
}
