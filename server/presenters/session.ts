import type { Session } from '#shared/schemas/account'
import type { SessionRecord } from '../models/session'

/** A signed-in browser, as its owner sees it from the session `currentId`. */
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
