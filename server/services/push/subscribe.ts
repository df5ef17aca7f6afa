import { createECDH } from 'node:crypto'
import { invalidField } from '#shared/errors'
import type { NewPushSubscription } from '#shared/schemas/push'
import type { AccessClaims } from '../../auth/tokens'
import { deleteSubscriptionsOf, saveSubscription } from '../../repositories/pushSubscriptions'
import { canPushTo } from './deliver'

/**
 * Stores where a session is sent pushes.
 * @throws AppError INVALID for an address that is no push service, and for a key that is none
 */
export async function subscribe({ userId, sessionId }: AccessClaims, input: NewPushSubscription): Promise<void> {
  const { endpoint, keys, language } = input
  if (!canPushTo(new URL(endpoint))) throw invalidField('endpoint', 'invalid_value', 'This is no push service.')
  if (!isPoint(keys.p256dh)) throw invalidField('keys.p256dh', 'invalid_value', 'This is not a public key.')
  await saveSubscription(userId, sessionId, { endpoint, ...keys, language, createdAt: new Date() })
}

/** Ends the pushes to a session. */
export function unsubscribe(sessionId: string): Promise<void> {
  return deleteSubscriptionsOf([sessionId])
}

/** Whether a key is a point of the curve. With others nothing can be encrypted. */
function isPoint(p256dh: string): boolean {
  const own = createECDH('prime256v1')
  own.generateKeys()
  try {
    own.computeSecret(Buffer.from(p256dh, 'base64url'))
    return true
  } catch {
    return false
  }
}
