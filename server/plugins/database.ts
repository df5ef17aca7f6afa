import mongoose from 'mongoose'
import { logger } from '../observability/logger'
import { started } from '../start'

/** Says why when the application cannot start, and lets go of the database at the end. */
export default defineNitroPlugin((nitro) => {
  started.catch((error: unknown) => {
    logger.fatal({ err: error }, 'WebChat cannot start')
    if (!import.meta.dev) process.exit(1)
  })
  nitro.hooks.hookOnce('close', () => mongoose.disconnect())
})
