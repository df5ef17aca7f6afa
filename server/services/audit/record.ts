import type { AuditAction } from '#shared/domain/audit'
import { logSecurityEvent, type SecurityEvent } from '../../observability/securityEvents'
import { insertAudit } from '../../repositories/audit'
import type { Id } from '../../repositories/id'

/** The actions of a group's audit log that are security events too. */
const SECURITY_EVENTS: Partial<Record<AuditAction, SecurityEvent>> = {
  'member.role': 'role.changed',
  'member.rights': 'rights.changed',
  'owner.changed': 'owner.changed',
  'permissions.changed': 'permissions.changed',
  'member.banned': 'member.banned',
  'member.unbanned': 'member.unbanned',
}

/**
 * Records in the group's audit log who changed what.
 * @param targetId the person who was affected, if any
 * @param details what changed, as the page shows it
 */
export async function recordChange(
  conversationId: Id,
  actorId: Id,
  action: AuditAction,
  targetId: Id | null = null,
  details: Record<string, unknown> = {},
): Promise<void> {
  await insertAudit({
    conversationId,
    actorId,
    action,
    targetId,
    details,
  })
  const event = SECURITY_EVENTS[action]
  if (!event) return
  const ids = { userId: actorId.toString(), targetId: targetId?.toString(), conversationId: conversationId.toString() }
  logSecurityEvent(event, { ...ids, details })
}
