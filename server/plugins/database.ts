import mongoose from 'mongoose'
import { config } from '../config'
import { logger } from '../observability/logger'
import { flushHeads } from '../repositories/heads'
import { stopIndexing } from '../services/search/indexing'
import { start } from '../start'

/**
 * Disconnects from the database at shutdown. In development it also connects, to the store that
 * modules/developmentDatabase runs. In production server/serve.node.ts connects, when its store is ready.
 */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hookOnce('close', async () => {
    await stopIndexing()
    await flushHeads().catch((error: unknown) =>
      logger.error({ err: error }, 'some conversations are mended at the next start'),
    )
    await mongoose.disconnect()
  })
  if (!import.meta.dev) return
  start(config.mongodbUri ?? process.env.WEBCHAT_DEVELOPMENT_DATABASE ?? '').catch((error: unknown) => {
    logger.fatal({ err: error }, 'WebChat cannot start')
  })
})
