import { CLOSE } from '#shared/protocol/server'
import { open } from './accept'

/** The most milliseconds between closing two sockets. */
const STEP_MS = 20

/**
 * Closes every socket with the code for a server that goes away, one after the other, so that clients do not all come
 * back at once. Resolves when all have closed.
 * @param spread the most milliseconds until the last one is closed
 */
export async function closeSockets(spread: number): Promise<void> {
  const connections = [...open]
  const step = Math.min(STEP_MS, spread / Math.max(1, connections.length))
  const closed = connections.map((connection, index) => {
    const gone = new Promise<void>((resolve) => connection.ws.once('close', () => resolve()))
    setTimeout(() => connection.close(CLOSE.goingAway, 'the server goes away'), index * step)
    return gone
  })
  await Promise.all(closed)
}
