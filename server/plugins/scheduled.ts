import { logger } from '../observability/logger'
import { startSender } from '../services/scheduled/sender'
import { started } from '../start'

/** Sends scheduled messages at their time, once the database is there. */
export default defineNitroPlugin((nitro) => {
  let stop = () => {}
  started.then(
    () => (stop = startSender()),
    () => logger.warn('no scheduled messages are sent'),
  )
  nitro.hooks.hookOnce('close', () => stop())
})
