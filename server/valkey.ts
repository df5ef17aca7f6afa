import { createClient } from '@redis/client'
import { config } from './config'
import { logger } from './observability/logger'

/** Milliseconds after which an attempt to connect fails. */
const CONNECT_TIMEOUT_MS = 3_000
/** The most milliseconds between two attempts to reconnect. */
const MAX_WAIT_MS = 2_000

/**
 * Creates a client of Valkey, not connected yet, that reconnects by itself. While it is disconnected, commands fail at
 * once, because callers have another way, and late commands would do harm.
 * @param url redis:// or rediss:// (TLS), with user and password if there are any
 */
export function createValkey(url: string) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: delayBefore },
  })
  let isAway = false
  client.on('error', (error: Error) => {
    if (!isAway) logger.error({ err: error }, 'Valkey is out of reach')
    isAway = true
  })
  client.on('ready', () => {
    if (isAway) logger.info('Valkey is back')
    isAway = false
  })
  return client
}

export type Valkey = ReturnType<typeof createValkey>

/** Milliseconds before an attempt. They double from 50, with jitter, so that many tasks do not reconnect at once. */
function delayBefore(attempts: number): number {
  return Math.min(MAX_WAIT_MS, 50 * 2 ** Math.min(attempts, 10)) * (0.5 + Math.random() / 2)
}

/** The Valkey that the tasks share. Null: this process is the only one. */
export const valkey: Valkey | null = config.valkeyUrl ? createValkey(config.valkeyUrl) : null
