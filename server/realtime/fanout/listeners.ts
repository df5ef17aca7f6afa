import { logger } from '../../observability/logger'
import type { FanoutListener, FanoutMessage } from './types'

/** Calls every listener with a message at once. Resolves when all are done; an error is logged. */
export async function notifyListeners(listeners: Iterable<FanoutListener>, message: FanoutMessage): Promise<void> {
  const results = Array.from(listeners, async (listener) => listener(message))
  await Promise.all(results).catch((error: unknown) => {
    logger.error({ err: error, kind: message.kind }, 'a message between tasks was not handled')
  })
}
