import { defineEventHandler } from 'h3'
import { version } from '../../package.json'

/** Set when WebChat is built (nuxt.config.ts). */
const commit = process.env.WEBCHAT_COMMIT || null

/**
 * Says that the process lives, and its version, by which a deployment checks whether the new version answers already.
 * It does not ask the database, because a blip there must not get every task replaced.
 */
export default defineEventHandler(() => ({ status: 'ok', version, commit }))
