import type { Session } from '#shared/schemas/account'
import type { SessionRecord } from '../models/session'

/** A session in its owner's list. @param currentId the session that the list is requested from */
export function presentSession(session: SessionRecord, currentId: string): Session {
  return {
    id: session._id.toString(),
    userAgent: session.userAgent,
    ip: session.ip,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    current: session._id.toString() === currentId,
  }
}
