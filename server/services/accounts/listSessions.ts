import type { Session } from '#shared/schemas/account'
import { presentSession } from '../../presenters/session'
import { listSessions as findSessions } from '../../repositories/sessions'

/** A person's sessions, the most recently used first. @param currentId the caller's own session */
export async function listSessions(userId: string, currentId: string): Promise<Session[]> {
  return (await findSessions(userId)).map((session) => presentSession(session, currentId))
}
