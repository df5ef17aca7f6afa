import { CLOSE } from '#shared/protocol/server'
import { open } from './accept'

/** Milliseconds between two sockets when there are few of them. */
const STEP_MS = 20

/**
 * Tells every socket that the server goes away, one after the other, over `spread` milliseconds at the most.
 * Resolves when all have closed.
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
