import { startSweeping } from '../services/files/sweep'

/** Removes, every hour, uploads that were never sent. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hookOnce('close', startSweeping())
})
