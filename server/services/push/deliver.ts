import { createHash } from 'node:crypto'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import webPush from 'web-push'
import type { PushPayload } from '#shared/schemas/push'
import { config } from '../../config'
import type { PushSubscriptionRecord } from '../../repositories/pushSubscriptions'
import { canRequest, isTrusted } from '../files/worker/web/publicAddress'
import { lookupPublic } from '../files/worker/web/request'
import { vapid } from './keys'

/** Seconds for which a push service keeps a push for a browser that is switched off. */
const TTL_S = 24 * 3_600
/** Milliseconds after which a push service that does not answer is given up. */
const TIMEOUT_MS = 10_000
/** The most seconds that a push service can make this server wait. */
const MAX_RETRY_AFTER_S = 120

/** `gone`: the subscription has ended. `refused`: this push will never be taken. `later`: it may be taken later. */
export interface Outcome {
  kind: 'sent' | 'gone' | 'refused' | 'later'
  /** The seconds that the push service asks to wait. */
  afterS: number
}

const reachable = { trusted: config.pushHosts, own: [] }

/** Whether an address may be a push service: https on the public internet, or one that the operator has named. */
export function canPushTo(endpoint: URL): boolean {
  return canRequest(endpoint, reachable) && (endpoint.protocol === 'https:' || isTrusted(endpoint, reachable.trusted))
}

/** Encrypts a push for one browser, and hands it to the browser's push service. Never throws. */
export async function deliver(subscription: PushSubscriptionRecord, payload: PushPayload): Promise<Outcome> {
  try {
    const { sessionId, endpoint, p256dh, auth } = subscription
    const details = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(payload), {
      vapidDetails: await vapid(),
      TTL: TTL_S,
      urgency: 'high',
      topic: topicOf(`${payload.conversationId} ${sessionId.toString()}`),
    })
    return outcomeOf(await post(new URL(endpoint), details.headers, details.body))
  } catch {
    return { kind: 'later', afterS: 0 }
  }
}

/** A later push of the same topic replaces one that waits at the push service. It tells nothing of the conversation. */
function topicOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 32)
}

function post(endpoint: URL, headers: object, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (!canPushTo(endpoint)) throw new Error('This is no push service.')
    const options = {
      method: 'POST',
      headers: { ...headers },
      agent: false as const,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // Each connection asks for the name again, and only goes to the public addresses of the answer.
      ...(!isTrusted(endpoint, reachable.trusted) && { lookup: lookupPublic(reachable) }),
    }
    const sent = endpoint.protocol === 'https:' ? requestHttps(endpoint, options) : requestHttp(endpoint, options)
    sent.once('response', (response) => {
      // What a push service writes is of no use, and may be long.
      response.destroy()
      resolve(response)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A redirect is not followed: it would be another address. */
function outcomeOf({ statusCode = 0, headers }: IncomingMessage): Outcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent', afterS: 0 }
  if (statusCode === 404 || statusCode === 410) return { kind: 'gone', afterS: 0 }
  if (statusCode !== 429 && statusCode < 500) return { kind: 'refused', afterS: 0 }
  const afterS = Number(headers['retry-after'] ?? 0)
  return { kind: 'later', afterS: afterS > 0 ? Math.min(afterS, MAX_RETRY_AFTER_S) : 0 }
}
