import { verifyAccess, verifyRefresh, type AccessClaims } from '../../auth/tokens'
import { findAliveIds, findSession } from '../../repositories/sessions'

/** Milliseconds for which a session that was seen alive counts as alive; ending one here is felt at once. */
const TRUST_MS = 10_000
const MAX_REMEMBERED = 50_000

const aliveUntil = new Map<string, { until: number; userId: string }>()
let endings = 0

/**
 * Who an access token belongs to, or null when it is not good, its session has ended, or is another person's.
 * A token's signature alone is not enough: it outlives a logout by up to 15 minutes.
 */
export async function identify(accessToken: string | undefined): Promise<AccessClaims | null> {
  const claims = accessToken ? verifyAccess(accessToken) : null
  return claims && (await ownerOf(claims.sessionId)) === claims.userId ? claims : null
}

/** Whether a refresh token is of a session that has not ended; that it is the newest, refreshing finds out. */
export async function isRefreshable(refreshToken: string | undefined): Promise<boolean> {
  const claims = refreshToken ? verifyRefresh(refreshToken) : null
  return claims !== null && (await ownerOf(claims.sessionId)) === claims.userId
}

/** Whether a session has not ended. */
export async function isSessionAlive(sessionId: string): Promise<boolean> {
  return (await ownerOf(sessionId)) !== null
}

/** Which of these sessions have ended, by whatever way: asked of the database, not of memory. */
export async function endedAmong(sessionIds: readonly string[]): Promise<string[]> {
  const alive = await findAliveIds(sessionIds)
  return sessionIds.filter((id) => !alive.has(id))
}

/** Whose a session is that has not ended. */
async function ownerOf(sessionId: string): Promise<string | null> {
  const now = Date.now()
  const known = aliveUntil.get(sessionId)
  if (known && known.until > now) return known.userId
  const asked = endings
  const session = await findSession(sessionId)
  if (!session) return null
  if (aliveUntil.size >= MAX_REMEMBERED) aliveUntil.clear()
  const userId = session.userId.toString()
  // An ending that was told while the answer was on its way may be younger than the answer: ask again next time.
  if (asked === endings) aliveUntil.set(sessionId, { until: now + TRUST_MS, userId })
  return userId
}

/** Stops trusting sessions that have ended. */
export function forgetSessions(sessionIds: readonly string[]): void {
  endings++
  for (const id of sessionIds) aliveUntil.delete(id)
}

/** Stops trusting every session: it may have been missed that some have ended. */
export function forgetAllSessions(): void {
  endings++
  aliveUntil.clear()
}
