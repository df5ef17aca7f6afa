import type { EventEmitter } from 'node:events'
import { gauge, measure } from './metrics'

/**
 * Measures every command that the database answers and counts the connections to it, so that its problems show too.
 * @param client the driver's client, made with `monitorCommands`
 */
export function watchDatabase(client: EventEmitter): void {
  let open = 0
  client.on('connectionReady', () => open++)
  client.on('connectionClosed', () => open--)
  client.on('commandSucceeded', ({ duration }: { duration: number }) => measure('DatabaseLatency', duration))
  gauge('DatabaseConnections', () => Math.max(0, open))
}
