import type { Session } from '#shared/schemas/account'
import { presentSession } from '../../presenters/session'
import { listSessions as findSessions } from '../../repositories/sessions'

/** A person's signed-in browsers, the last used first. */
export async function listSessions(userId: string, currentId: string): Promise<Session[]> {
  return (await findSessions(userId)).map((session) => presentSession(session, currentId))
}
