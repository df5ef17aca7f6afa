import webPush from 'web-push'
import { config } from '../../config'
import { keepServerKey } from '../../repositories/serverKeys'

interface Vapid {
  publicKey: string
  privateKey: string
  /** How the people who run a push service reach those who run this chat. */
  subject: string
}

let kept: Promise<Vapid> | undefined

/** The keys that this chat signs pushes with: those of the settings, or those that were made once and are in the database. */
export function vapid(): Promise<Vapid> {
  kept ??= load().catch((error: unknown) => {
    kept = undefined
    throw error
  })
  return kept
}

async function load(): Promise<Vapid> {
  const { keys, subject } = config.vapid
  const { publicKey, privateKey } = keys ?? (await keepServerKey({ _id: 'vapid', ...webPush.generateVAPIDKeys() }))
  return { publicKey, privateKey, subject }
}
