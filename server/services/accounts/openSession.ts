import { REFRESH_LIFETIME, signAccess, signRefresh } from '../../auth/tokens'
import { insertSession, type SessionRecord } from '../../repositories/sessions'

/** Where a request came from, as a person recognises it in the list of his sessions. */
export interface Visitor {
  ip: string
  userAgent: string
}

/** What a signed-in browser is given. */
export interface Tokens {
  access: string
  /** Absent where the browser keeps the one it has. */
  refresh?: string
}

/** Opens a session for a person who has just proven who he is. */
export async function openSession(userId: string, visitor: Visitor): Promise<Tokens> {
  return tokensOf(await insertSession(userId, visitOf(visitor)))
}

/** The access token and the current refresh token of a session. */
export async function tokensOf(session: SessionRecord): Promise<Tokens> {
  const claims = { userId: session.userId.toString(), sessionId: session._id.toString() }
  const [access, refresh] = await Promise.all([
    signAccess(claims),
    signRefresh({ ...claims, generation: session.generation }, session.rotatedAt),
  ])
  return { access, refresh }
}

/** The fields of a session that each visit sets anew. */
export function visitOf(visitor: Visitor) {
  const now = new Date()
  const expiresAt = new Date(now.getTime() + REFRESH_LIFETIME * 1000)
  return { ip: visitor.ip.slice(0, 64), userAgent: visitor.userAgent.slice(0, 300), now, expiresAt }
}
