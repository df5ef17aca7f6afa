import { createClient } from '@redis/client'
import { config } from './config'
import { logger } from './observability/logger'

/** Milliseconds that a connection may take to come about. */
const CONNECT_TIMEOUT_MS = 3_000
/** Milliseconds between tries to come back, at the most. */
const MAX_WAIT_MS = 2_000

/**
 * A client of Valkey, not connected yet, that comes back by itself when its connection is lost. While it is away,
 * commands fail at once: whoever needs an answer has another way, and what is late here is wrong.
 * @param url redis:// or rediss:// (TLS), with user and password where there are some
 */
export function createValkey(url: string) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: waitBefore },
  })
  let away = false
  client.on('error', (error: Error) => {
    if (!away) logger.error({ err: error }, 'Valkey is out of reach')
    away = true
  })
  client.on('ready', () => {
    if (away) logger.info('Valkey is back')
    away = false
  })
  return client
}

export type Valkey = ReturnType<typeof createValkey>

/** Doubles from 50 ms, with a random part, so that fifty tasks do not knock at the same moment. */
function waitBefore(tries: number): number {
  return Math.min(MAX_WAIT_MS, 50 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2)
}

/** The Valkey that the tasks share; null where this process is the only one. */
export const valkey: Valkey | null = config.valkeyUrl ? createValkey(config.valkeyUrl) : null
