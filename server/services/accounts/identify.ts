import { verifyAccess, type AccessClaims } from '../../auth/tokens'
import { findSession } from '../../repositories/sessions'

/** Milliseconds for which a session that was seen alive counts as alive; ending one here is felt at once. */
const TRUST = 10_000
const MOST_REMEMBERED = 50_000

const aliveUntil = new Map<string, number>()
let endings = 0

/**
 * Who an access token belongs to, or null when it is not good or its session has ended.
 * A token's signature alone is not enough: it outlives a logout by up to 15 minutes.
 */
export async function identify(accessToken: string | undefined): Promise<AccessClaims | null> {
  const claims = accessToken ? await verifyAccess(accessToken) : null
  return claims && (await isSessionAlive(claims.sessionId)) ? claims : null
}

/** Whether a session has not ended. */
export async function isSessionAlive(sessionId: string): Promise<boolean> {
  const now = Date.now()
  if ((aliveUntil.get(sessionId) ?? 0) > now) return true
  const asked = endings
  if (!(await findSession(sessionId))) return false
  if (aliveUntil.size >= MOST_REMEMBERED) aliveUntil.clear()
  // An ending that was told while the answer was on its way may be younger than the answer: ask again next time.
  if (asked === endings) aliveUntil.set(sessionId, now + TRUST)
  return true
}

/** Stops trusting sessions that have ended. */
export function forgetSessions(sessionIds: readonly string[]): void {
  endings++
  for (const id of sessionIds) aliveUntil.delete(id)
}

/** Stops trusting every session: it may have been missed that some have ended. */
export function doubtSessions(): void {
  endings++
  aliveUntil.clear()
}
