import { AppError } from '#shared/errors'
import { publishSessionsEnded } from '../../realtime/publish'
import { deleteOtherSessions, deleteSession } from '../../repositories/sessions'

/**
 * Ends one session of a person: its tokens stop working and its sockets close.
 * @throws AppError NOT_FOUND when he has none by that id
 */
export async function endSession(userId: string, sessionId: string): Promise<void> {
  if (!(await deleteSession(userId, sessionId))) throw new AppError('NOT_FOUND')
  await publishSessionsEnded([sessionId])
}

/** Ends every session of a person but the one named. */
export async function endOtherSessions(userId: string, keptId: string): Promise<void> {
  await publishSessionsEnded(await deleteOtherSessions(userId, keptId))
}
