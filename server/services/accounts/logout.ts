import { verifyAccess, verifyRefresh } from '../../auth/tokens'
import { publishSessionsEnded } from '../../realtime/publish'
import { deleteSession } from '../../repositories/sessions'

/**
 * Ends the session that these tokens belong to, whichever of the two is still valid.
 * Logging out without a session is no error.
 */
export async function logout(access: string | undefined, refresh: string | undefined): Promise<void> {
  const claims = (access && verifyAccess(access)) || (refresh && verifyRefresh(refresh))
  if (!claims) return
  if (await deleteSession(claims.userId, claims.sessionId)) await publishSessionsEnded([claims.sessionId])
}
