import { randomBytes } from 'node:crypto'
import type { Language } from '#shared/domain/languages'
import { AppError } from '#shared/errors'
import { REFRESH_TTL_S, signAccess, signDevice, signRefresh, type Device } from '../../auth/tokens'
import { deleteSession, insertSession, type SessionRecord } from '../../repositories/sessions'
import { findUser, updateUser, type UserRecord } from '../../repositories/users'

/** Where a request came from, in terms that people recognise in their list of sessions. */
export interface Visitor {
  ip: string
  userAgent: string
  /** The language of the page. */
  language: Language
  /** The origin that links in mails begin with. */
  mailOrigin: string
  /** The browser, by its signed cookie; null when nobody has signed in with it before. */
  device: Device | null
}

/** The tokens that a signed-in browser gets. */
export interface Tokens {
  access: string
  /** Absent when the browser keeps the token it has. */
  refresh?: string
  /** Only present when someone signs in. */
  device?: string
}

/**
 * Opens a session for a person who has just proved who they are.
 * @param user the record as it was read before the password was verified
 * @returns null when the password has changed since, as the person proved that they know the old one, or when the account
 *   was suspended meanwhile
 * @throws AppError FORBIDDEN, with an issue, for an account that is suspended
 */
export async function openSession(user: UserRecord, visitor: Visitor): Promise<Tokens | null> {
  requireActive(user)
  const userId = user._id.toString()
  const passwordGeneration = user.passwordGeneration ?? 0
  const session = await insertSession(userId, passwordGeneration, visitOf(visitor))
  // A change of password, or a suspension, ends the sessions that it finds. Either it finds this one, or this read finds
  // the change.
  const now = await findUser(userId)
  if (!now || now.suspendedAt || (now.passwordGeneration ?? 0) !== passwordGeneration) {
    await deleteSession(userId, session._id.toString())
    return null
  }
  if (now.language !== visitor.language) await updateUser(userId, { language: visitor.language })
  return { ...tokensOf(session), device: signDevice(deviceWith(visitor.device, userId)) }
}

/** Refuses accounts that cannot be signed in to. @throws AppError FORBIDDEN, with an issue that says why */
export function requireActive(user: UserRecord): void {
  if (!user.suspendedAt) return
  if (user.awaitsApproval) {
    const message = 'This account waits for an administrator.'
    throw new AppError('FORBIDDEN', { issues: [{ path: [], code: 'awaiting_approval', params: {}, message }] })
  }
  const message = 'This account is suspended.'
  throw new AppError('FORBIDDEN', { issues: [{ path: ['login'], code: 'suspended', params: {}, message }] })
}

function deviceWith(device: Device | null, userId: string): Device {
  const others = device?.userIds.filter((id) => id !== userId) ?? []
  return { id: device?.id ?? randomBytes(16).toString('base64url'), userIds: [userId, ...others] }
}

/** The access token and the current refresh token of a session. */
export function tokensOf(session: SessionRecord): Tokens {
  const claims = { userId: session.userId.toString(), sessionId: session._id.toString() }
  return {
    access: signAccess(claims),
    refresh: signRefresh({ ...claims, generation: session.generation }, session.rotatedAt),
  }
}

/** The fields of a session that every visit updates. */
export function visitOf(visitor: Visitor) {
  const now = new Date()
  const expiresAt = new Date(now.getTime() + REFRESH_TTL_S * 1000)
  return { ip: visitor.ip.slice(0, 64), userAgent: visitor.userAgent.slice(0, 300), now, expiresAt }
}
