import { AppError } from '#shared/errors'
import { logSecurityEvent } from '../../observability/securityEvents'
import { publishSessionsEnded } from '../../realtime/publish'
import { deleteOtherSessions, deleteSession } from '../../repositories/sessions'

/**
 * Ends one session of a person: its tokens stop working and its sockets close.
 * @throws AppError NOT_FOUND when the person has no session with that id
 */
export async function endSession(userId: string, sessionId: string): Promise<void> {
  if (!(await deleteSession(userId, sessionId))) throw new AppError('NOT_FOUND')
  logSecurityEvent('session.revoked', { userId, sessionId, count: 1 })
  await publishSessionsEnded([sessionId])
}

/** Ends every session of a person except `keptId`. */
export function endOtherSessions(userId: string, keptId: string): Promise<void> {
  return endSessions(userId, keptId)
}

/** Ends every session of a person, on all tasks. */
export function endAllSessions(userId: string): Promise<void> {
  return endSessions(userId, null)
}

async function endSessions(userId: string, keptId: string | null): Promise<void> {
  const ended = await deleteOtherSessions(userId, keptId)
  logSecurityEvent('session.revoked', { userId, count: ended.length })
  await publishSessionsEnded(ended)
}
