import type { AuditAction } from '#shared/schemas/group'
import { logSecurityEvent, type SecurityEvent } from '../../observability/securityEvents'
import { insertAudit } from '../../repositories/audit'
import type { Id } from '../../repositories/id'

/** What of a group's log is a security event too. */
const SECURITY_EVENTS: Partial<Record<AuditAction, SecurityEvent>> = {
  'member.role': 'role.changed',
  'member.rights': 'rights.changed',
  'owner.changed': 'owner.changed',
  'permissions.changed': 'permissions.changed',
  'member.banned': 'member.banned',
  'member.unbanned': 'member.unbanned',
}

/** Notes in the group's log who changed what. */
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
