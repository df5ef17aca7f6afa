import { verifyAccess, verifyRefresh, type AccessClaims } from '../../auth/tokens'
import { findAliveIds, findSession } from '../../repositories/sessions'

/**
 * Milliseconds for which a session that was found alive is trusted. When this task ends one, it is forgotten at once.
 */
const TRUST_MS = 10_000
const MAX_REMEMBERED = 50_000

const aliveUntil = new Map<string, { until: number; userId: string }>()
let endings = 0

/**
 * Finds out whose access token this is. The signature alone is not enough: it outlives a logout by up to 15 minutes.
 * @returns null when the token is not valid, or its session has ended or belongs to someone else
 */
export async function identify(accessToken: string | undefined): Promise<AccessClaims | null> {
  const claims = accessToken ? verifyAccess(accessToken) : null
  return claims && (await ownerOf(claims.sessionId)) === claims.userId ? claims : null
}

/** Whether a refresh token belongs to a session that has not ended. Whether it is the newest, `refresh` checks. */
export async function isRefreshable(refreshToken: string | undefined): Promise<boolean> {
  const claims = refreshToken ? verifyRefresh(refreshToken) : null
  return claims !== null && (await ownerOf(claims.sessionId)) === claims.userId
}

/** Whether a session has not ended. */
export async function isSessionAlive(sessionId: string): Promise<boolean> {
  return (await ownerOf(sessionId)) !== null
}

/** Which of these sessions have ended, for whatever reason. It asks the database, not this task's memory. */
export async function endedAmong(sessionIds: readonly string[]): Promise<string[]> {
  const alive = await findAliveIds(sessionIds)
  return sessionIds.filter((id) => !alive.has(id))
}

/** The user id of a session's owner; null when the session has ended. */
async function ownerOf(sessionId: string): Promise<string | null> {
  const now = Date.now()
  const known = aliveUntil.get(sessionId)
  if (known && known.until > now) return known.userId
  const endingsBefore = endings
  const session = await findSession(sessionId)
  if (!session) return null
  if (aliveUntil.size >= MAX_REMEMBERED) aliveUntil.clear()
  const userId = session.userId.toString()
  // A session that ended while the database answered may be newer than the answer, so the answer is not remembered.
  if (endingsBefore === endings) aliveUntil.set(sessionId, { until: now + TRUST_MS, userId })
  return userId
}

/** Stops trusting sessions that have ended. */
export function forgetSessions(sessionIds: readonly string[]): void {
  endings++
  for (const id of sessionIds) aliveUntil.delete(id)
}

/** Stops trusting every session. Called when announcements of ended sessions may have been missed. */
export function forgetAllSessions(): void {
  endings++
  aliveUntil.clear()
}
