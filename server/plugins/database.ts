import mongoose from 'mongoose'
import { config } from '../config'
import { logger } from '../observability/logger'
import { flushHeads } from '../repositories/heads'
import { start } from '../start'

/**
 * Lets go of the database at the end. In development it also connects it, to the store that modules/developmentDatabase
 * runs beside this worker; in production server/serve.node.ts does, when its store is up.
 */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hookOnce('close', async () => {
    await flushHeads().catch((error: unknown) => logger.error({ err: error }, 'some conversations are mended at the next start'))
    await mongoose.disconnect()
  })
  if (!import.meta.dev) return
  start(config.mongodbUri ?? process.env.WEBCHAT_DEVELOPMENT_DATABASE ?? '').catch((error: unknown) => {
    logger.fatal({ err: error }, 'WebChat cannot start')
  })
})
