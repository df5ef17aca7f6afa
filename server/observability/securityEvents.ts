import { isIP } from 'node:net'
import { logger } from './logger'

/** Every security event with the level of its line. The names are stable: alarms and searches are written with them. */
const LEVELS = {
  /** A wrong name or password. */
  'login.failed': 'warn',
  /** A request or a socket asked more often than its limit allows. */
  'limit.hit': 'warn',
  /** An old refresh token came again, which is what a stolen one looks like; its session has ended. */
  'session.reuse': 'warn',
  'password.changed': 'info',
  /** A person ended sessions by hand, or a password change did. */
  'session.revoked': 'info',
  'role.changed': 'info',
  'rights.changed': 'info',
  'owner.changed': 'info',
  'permissions.changed': 'info',
  'member.banned': 'info',
  'member.unbanned': 'info',
  /** A backup that was due was not made. */
  'backup.failed': 'error',
} as const

export type SecurityEvent = keyof typeof LEVELS

/** Whom and what an event is about: ids, addresses, and words of our own. Nothing that somebody typed belongs here. */
export interface SecurityFacts {
  /** Who did it. */
  userId?: string
  /** To whom it was done. */
  targetId?: string
  conversationId?: string
  sessionId?: string
  ip?: string
  /** The name of the limit. */
  limit?: string
  /** What the limit counts by. It is logged when it is an id or an address, for it may also be a name or a token. */
  key?: string
  /** How many it is about. */
  count?: number
  /** Roles and rights, before and after. */
  details?: Record<string, unknown>
}

const OBJECT_ID = /^[0-9a-f]{24}$/

/** Writes the line of a security event to the log: `msg` is "security", `event` its stable name. */
export function logSecurityEvent(event: SecurityEvent, { key, ...facts }: SecurityFacts): void {
  const isLoggable = key !== undefined && (OBJECT_ID.test(key) || isIP(key.split('/')[0]!) !== 0)
  logger[LEVELS[event]]({ event, ...facts, ...(isLoggable && { key }) }, 'security')
}
