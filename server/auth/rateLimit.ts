import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { AppError } from '#shared/errors'
import { config } from '../config'
import { logSecurityEvent } from '../observability/securityEvents'
import { valkey } from '../valkey'
import { BUDGETS, type Budget } from './budgets'

/** The rate limits, each per key. All points are multiplied by RATE_LIMIT_FACTOR. */
const LIMITED = {
  /** By address. A whole office may register on the first day; a script is stopped. */
  register: { points: 60, seconds: 60 },
  /** By address. */
  login: { points: 60, seconds: 60 },
  /** Wrong passwords, by account and address; by account and browser, if the owner has signed in with it before. */
  loginFailure: { points: 10, seconds: 300 },
  /** Wrong passwords, by account alone; by account and browser, if the owner has signed in with it before. */
  loginAccount: { points: 20, seconds: 3_600 },
  /** By address, for invalid tokens too. Many people may be behind one address. */
  refresh: { points: 300, seconds: 60 },
  /** By session. */
  refreshSession: { points: 30, seconds: 60 },
  /** Wrong current passwords, by user. */
  passwordFailure: { points: 10, seconds: 900 },
  /** Mails to choose a new password, by address. */
  forgot: { points: 20, seconds: 900 },
  /** Mails to choose a new password, by the address that they go to, whether it has an account or not. */
  forgotAccount: { points: 5, seconds: 3_600 },
  /** Attempts to use a link, by address. */
  useLink: { points: 30, seconds: 900 },
  /** Mails to verify an address, by user. */
  verification: { points: 5, seconds: 3_600 },
  /** Wrong codes of a second factor, by user and address; by user and browser, if they have signed in with it before. */
  codeFailure: { points: 10, seconds: 900 },
  /** Wrong codes of a second factor, by user alone; by user and browser, if they have signed in with it before. */
  codeAccount: { points: 20, seconds: 3_600 },
  /** New uploads, by user. */
  upload: { points: 300, seconds: 60 },
  /** Links whose previews are made, by user. A link beyond that has none. */
  linkPreview: { points: 60, seconds: 60, perTask: true },
  ...BUDGETS,
} as const satisfies Record<string, Budget>

type LimitName = keyof typeof LIMITED

const limiters = new Map<LimitName, RateLimiterAbstract>()

/**
 * Counts one use of a limited action.
 * @param key who acts: an address, a user, a session
 * @param points what it costs; 0 counts nothing
 * @throws AppError RATE_LIMITED, with the seconds to wait
 */
export async function useLimit(name: LimitName, key: string, points = 1): Promise<void> {
  if (points === 0) return
  try {
    await limiter(name).consume(key, points)
  } catch (reason) {
    if (reason instanceof RateLimiterRes) logFirstHit(name, key, points, reason)
    throw toAppError(reason)
  }
}

/** Forgets the count of a key. Called after a success, where only failures count. */
export async function resetLimit(name: LimitName, key: string): Promise<void> {
  await limiter(name).delete(key)
}

/** Takes back one use. Called after a success, so that the failures of others stay counted. */
export async function refundLimit(name: LimitName, key: string): Promise<void> {
  await limiter(name).reward(key, 1)
}

function limiter(name: LimitName): RateLimiterAbstract {
  let existing = limiters.get(name)
  if (!existing) {
    existing = createLimiter(name, LIMITED[name])
    limiters.set(name, existing)
  }
  return existing
}

/**
 * All tasks count together in Valkey. Each counts for itself while Valkey is unreachable, and for `perTask` budgets.
 */
function createLimiter(name: LimitName, { points, seconds, perTask }: Budget): RateLimiterAbstract {
  const options = {
    keyPrefix: `limit:${name}`,
    points: Math.max(1, Math.round(points * config.rateLimitFactor)),
    duration: seconds,
  }
  const ownCount = new RateLimiterMemory(options)
  if (!valkey || perTask) return ownCount
  const connection = { storeClient: valkey, useRedisPackage: true, rejectIfRedisNotReady: true }
  return new RateLimiterRedis({ ...options, ...connection, insuranceLimiter: ownCount })
}

/**
 * Logs the first refusal of a key in a period only: clients that are refused keep asking, and must not fill the log.
 */
function logFirstHit(name: LimitName, key: string, points: number, { consumedPoints }: RateLimiterRes): void {
  if (consumedPoints - points <= limiter(name).points) logSecurityEvent('limit.hit', { limit: name, key })
}

function toAppError(reason: unknown): unknown {
  if (!(reason instanceof RateLimiterRes)) return reason
  return new AppError('RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) })
}
