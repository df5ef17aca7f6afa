import { isIP } from 'node:net'
import { logger } from './logger'

/**
 * All security events, with the level of their log lines. The names are stable, because alarms and searches use them.
 */
const LEVELS = {
  /** A wrong name or password. */
  'login.failed': 'warn',
  /** Requests exceeded a rate limit. */
  'limit.hit': 'warn',
  /** An old refresh token was used again, as if it had been stolen. Its session has been ended. */
  'session.reuse': 'warn',
  'password.changed': 'info',
  /** Somebody asked for a mail to choose a new password, and it was sent. */
  'password.resetAsked': 'info',
  /** A person has chosen a new password by a link. */
  'password.reset': 'info',
  /** A second factor was turned on, or off: by its owner, or by an administrator. */
  'factor.on': 'info',
  'factor.off': 'warn',
  /** A wrong code, after the right password. */
  'factor.failed': 'warn',
  /** A person ended sessions, or a change of their password did. */
  'session.revoked': 'info',
  'role.changed': 'info',
  'rights.changed': 'info',
  'owner.changed': 'info',
  'permissions.changed': 'info',
  'member.banned': 'info',
  'member.unbanned': 'info',
  /** An administrator, or a setting, changed something of the server: `details.action` says what. */
  'server.administered': 'info',
  /** A backup that was due was not made. */
  'backup.failed': 'error',
} as const

export type SecurityEvent = keyof typeof LEVELS

/** The facts of an event: ids, addresses and our own words. Nothing that people typed belongs here. */
export interface SecurityFacts {
  /** The person who acted. */
  userId?: string
  /** The person who was affected. */
  targetId?: string
  conversationId?: string
  sessionId?: string
  ip?: string
  /** The name of the limit. */
  limit?: string
  /**
   * The key that the limit counts by. It is only logged if it is an id or an address, because it may be a name or
   * token.
   */
  key?: string
  /** How many items the event is about. */
  count?: number
  /** Roles and rights, before and after. */
  details?: Record<string, unknown>
}

const OBJECT_ID = /^[0-9a-f]{24}$/

/** Logs a security event: `msg` is "security", and `event` is its stable name. */
export function logSecurityEvent(event: SecurityEvent, { key, ...facts }: SecurityFacts): void {
  const isLoggable = key !== undefined && (OBJECT_ID.test(key) || isIP(key.split('/')[0]!) !== 0)
  logger[LEVELS[event]]({ event, ...facts, ...(isLoggable && { key }) }, 'security')
}
