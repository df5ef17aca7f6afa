import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { AppError } from '#shared/errors'
import { config } from '../config'
import { logSecurityEvent } from '../observability/securityEvents'
import { valkey } from '../valkey'
import { BUDGETS, type Budget } from './budgets'

/** How often a thing may be done, per key: `points` in `seconds`. Every one is multiplied by RATE_LIMIT_FACTOR. */
const LIMITED = {
  /** By address. A whole office registers on the first day; a script stops here. */
  register: { points: 60, seconds: 60 },
  /** By address. */
  login: { points: 60, seconds: 60 },
  /** Wrong passwords, by account and address; or by account and browser, where the owner has signed in before. */
  loginFailure: { points: 10, seconds: 300 },
  /** The same by account, whatever the address; or by account and browser. */
  loginAccount: { points: 20, seconds: 3_600 },
  /** By address: tokens that are no tokens, and many people behind one address. */
  refresh: { points: 300, seconds: 60 },
  /** By session. */
  refreshSession: { points: 30, seconds: 60 },
  /** Wrong current passwords, by user. */
  passwordFailure: { points: 10, seconds: 900 },
  /** Uploads begun, by user. */
  upload: { points: 300, seconds: 60 },
  ...BUDGETS,
} as const satisfies Record<string, Budget>

type LimitName = keyof typeof LIMITED

const limiters = new Map<LimitName, RateLimiterAbstract>()

/**
 * Counts one use of a limited thing.
 * @param key who uses it: an address, a user, a session
 * @param points of what it costs
 * @throws AppError RATE_LIMITED with the seconds to wait
 */
export async function useLimit(name: LimitName, key: string, points = 1): Promise<void> {
  if (points === 0) return
  try {
    await limiter(name).consume(key, points)
  } catch (reason) {
    if (reason instanceof RateLimiterRes) noteFirstRefusal(name, key, points, reason)
    throw asLimited(reason)
  }
}

/** Forgets what was counted, after a success: where only failures are to count. */
export async function resetLimit(name: LimitName, key: string): Promise<void> {
  await limiter(name).delete(key)
}

/** Gives one use back, after a success: others' failures stay counted. */
export async function refundLimit(name: LimitName, key: string): Promise<void> {
  await limiter(name).reward(key, 1)
}

function limiter(name: LimitName): RateLimiterAbstract {
  let found = limiters.get(name)
  if (!found) {
    found = createLimiter(name, LIMITED[name])
    limiters.set(name, found)
  }
  return found
}

/** Tasks count together in Valkey, and each for itself while Valkey is away, or where that is enough. */
function createLimiter(name: LimitName, { points, seconds, perTask }: Budget): RateLimiterAbstract {
  const options = { keyPrefix: `limit:${name}`, points: Math.max(1, Math.round(points * config.rateLimitFactor)), duration: seconds }
  const ownCount = new RateLimiterMemory(options)
  if (!valkey || perTask) return ownCount
  const connection = { storeClient: valkey, useRedisPackage: true, rejectIfRedisNotReady: true }
  return new RateLimiterRedis({ ...options, ...connection, insuranceLimiter: ownCount })
}

/** One line for each key and period: whoever is refused goes on asking, and must not fill the log. */
function noteFirstRefusal(name: LimitName, key: string, points: number, { consumedPoints }: RateLimiterRes): void {
  if (consumedPoints - points <= limiter(name).points) logSecurityEvent('limit.hit', { limit: name, key })
}

function asLimited(reason: unknown): unknown {
  if (!(reason instanceof RateLimiterRes)) return reason
  return new AppError('RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) })
}
