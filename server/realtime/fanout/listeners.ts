import { logger } from '../../observability/logger'
import type { FanoutListener, FanoutMessage } from './types'

/** Hands a message to each listener at once. Resolves when all are done with it, whatever became of it there. */
export async function hand(listeners: Iterable<FanoutListener>, message: FanoutMessage): Promise<void> {
  const handed = Array.from(listeners, async (listener) => listener(message))
  await Promise.all(handed).catch((error: unknown) => {
    logger.error({ err: error, kind: message.kind }, 'a message between tasks was not handled')
  })
}
