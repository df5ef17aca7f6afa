import { parse } from 'cookie-es'
import type { IncomingMessage } from 'node:http'
import { AppError, ERROR_STATUS } from '#shared/errors'
import { useLimit } from '../auth/rateLimit'
import { config } from '../config'
import { addressKey } from '../network/proxies'
import { addressOf, dropUntrustedHeaders } from '../network/request'
import { identify } from '../services/accounts/identify'
import { isDraining } from '../services/readiness'
import { started } from '../start'
import { accessCookieName } from '../utils/cookies'
import { isOwnOrigin, isServedHost } from '../utils/publicOrigin'
import { withTimeout } from '../withTimeout'
import { admitSocket } from './admission'

/** Milliseconds after which an undecided upgrade is refused. */
const UPGRADE_TIMEOUT_MS = 10_000

interface UpgradeRequest {
  url: string
  /** The request that crossws wraps. */
  _req: IncomingMessage
  context?: Record<string, unknown>
}

/**
 * Decides whether a request gets a socket, and puts the signed-in user into the request's context. HTTP middleware does
 * not run on upgrades, and crossws accepts them on every path, so this is the only guard.
 * @throws Response 404 for other paths; 503 while draining; 403 for a foreign host or origin; 401
 *   without a valid session; 429 for too many upgrades or sockets, of the address or the person
 */
export async function guardUpgrade(request: UpgradeRequest): Promise<void> {
  if (new URL(request.url).pathname !== '/ws') throw refusedWith(404)
  if (isDraining()) throw refusedWith(503)
  dropUntrustedHeaders(request._req, config.trustedProxies)
  const { host, cookie } = request._req.headers
  if ((host && !isServedHost(host)) || !isOwnOrigin(request._req)) throw refusedWith(403)
  try {
    await withTimeout(authenticate(request, cookie), UPGRADE_TIMEOUT_MS, () => {
      throw refusedWith(503)
    })
  } catch (error) {
    // With anything but a Response the client would never get an answer.
    throw error instanceof Response ? error : refusedWith(error instanceof AppError ? ERROR_STATUS[error.code] : 503)
  }
}

async function authenticate(request: UpgradeRequest, cookies: string | undefined): Promise<void> {
  await started
  const address = addressKey(addressOf(request._req, config.trustedProxies))
  await useLimit('upgrade', address)
  const user = await identify(parse(cookies ?? '')[accessCookieName])
  if (!user) throw refusedWith(401)
  await useLimit('socketOpen', user.userId)
  if (!admitSocket(request._req.socket, user.userId, address)) throw refusedWith(429)
  request.context!.user = user
}

function refusedWith(status: number): Response {
  return new Response(null, { status })
}
