import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import { useLimit } from '../../auth/rateLimit'
import { verifyRefresh } from '../../auth/tokens'
import { addressKey } from '../../network/proxies'
import { logSecurityEvent } from '../../observability/securityEvents'
import { presentSelf } from '../../presenters/user'
import { publishSessionsEnded } from '../../realtime/publish'
import { deleteSession, findSession, rotateSession, type SessionRecord } from '../../repositories/sessions'
import { findUser, type UserRecord } from '../../repositories/users'
import { tokensOf, visitOf, type Tokens, type Visitor } from './openSession'

/**
 * Milliseconds for which the previous token still gets the newest one. Parallel tabs carry the old cookie, and an
 * answer that was lost on the way must not sign anyone out.
 */
const GRACE_MS = 10_000

/**
 * Exchanges a refresh token for the next one and a new access token.
 * A token that is used again after its grace period may be stolen: its session ends, for thief and owner alike.
 * @throws AppError RATE_LIMITED, UNAUTHENTICATED
 */
export async function refresh(token: string, visitor: Visitor): Promise<{ user: User; tokens: Tokens }> {
  await useLimit('refresh', addressKey(visitor.ip))
  const claims = verifyRefresh(token)
  if (!claims) throw new AppError('UNAUTHENTICATED')
  await useLimit('refreshSession', claims.sessionId)
  const session =
    (await rotateSession(claims, visitOf(visitor))) ??
    (await sessionInGrace(claims.userId, claims.sessionId, claims.generation))
  const user = await findUser(claims.userId)
  if (!session || !user || user.suspendedAt || isOutdated(session, user)) throw new AppError('UNAUTHENTICATED')
  return { user: presentSelf(user), tokens: tokensOf(session) }
}

async function sessionInGrace(userId: string, sessionId: string, generation: number): Promise<SessionRecord | null> {
  const session = await findSession(sessionId)
  if (!session?.userId.equals(userId)) return null
  if (session.generation === generation + 1 && Date.now() - session.rotatedAt.getTime() < GRACE_MS) return session
  if (await deleteSession(userId, sessionId)) {
    logSecurityEvent('session.reuse', { userId, sessionId })
    await publishSessionsEnded([sessionId])
  }
  return null
}

/** Whether the session was opened with a password that has changed since. A process that died in between leaves one. */
function isOutdated(session: SessionRecord, user: UserRecord): boolean {
  return (session.passwordGeneration ?? 0) < (user.passwordGeneration ?? 0)
}
