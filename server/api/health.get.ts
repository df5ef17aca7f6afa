import { defineEventHandler } from 'h3'
import { version } from '../../package.json'

/** Filled in when WebChat is built (nuxt.config.ts). */
const commit = process.env.WEBCHAT_COMMIT || null

/**
 * The process lives, and says what it is: a deployment asks whether the new version answers already. It asks nothing
 * of the database: a blip there must not get every task replaced.
 */
export default defineEventHandler(() => ({ status: 'ok', version, commit }))
