import type { ApiError } from '../http/apiError'
import { fullJitter } from '../backoff'

const HOPELESS = new Set(['INVALID', 'FORBIDDEN', 'NOT_FOUND', 'TOO_LARGE', 'CONFLICT'])
const BASE_DELAY_MS = 1_000

/** Whether sending the same again can never succeed. */
export function isHopeless(error: ApiError): boolean {
  return HOPELESS.has(error.code)
}

/** Whether it is only the answered message that the server does not have for the sender. */
export function isAboutQuote({ issues }: ApiError): boolean {
  return issues[0]?.code === 'gone' && issues[0].path[0] === 'replyToId'
}

/**
 * Milliseconds until a message is sent again. If the server says how long to wait, as in slow mode, it is exactly that
 * long. Otherwise it is jitter, and at least a second after a rate limit.
 */
export function retryDelay(error: ApiError, attempt: number, random: () => number): number {
  const asked = (error.retryAfter ?? 0) * 1_000
  if (error.code === 'RATE_LIMITED' && asked > 0) return asked
  const least = error.code === 'RATE_LIMITED' ? BASE_DELAY_MS : 0
  return Math.max(asked, least) + fullJitter(attempt, random, BASE_DELAY_MS)
}
