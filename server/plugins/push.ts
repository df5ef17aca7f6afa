import { screens } from '../realtime/tables'
import { startPushing } from '../services/push/sender'

/** Pushes the messages that this task writes to browsers without an open page. */
export default defineNitroPlugin((nitro) => {
  const stop = startPushing((userId) => screens.of(userId))
  nitro.hooks.hookOnce('close', stop)
})
