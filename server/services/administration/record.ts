import type { ServerAuditAction } from '#shared/domain/serverAudit'
import { logSecurityEvent } from '../../observability/securityEvents'
import type { Id } from '../../repositories/id'
import { insertServerAudit } from '../../repositories/serverAudit'

/**
 * Records in the server's audit log who did what, and logs it as a security event.
 * @param action.actorId null for whoever runs the server, by its settings
 * @param action.targetId the person, group or other thing that was affected, if any
 * @param action.details what changed: names and values, but never secrets or texts of messages
 */
export async function recordServerAction(action: {
  actorId: Id | null
  action: ServerAuditAction
  targetId?: Id | null
  details?: Record<string, unknown>
}): Promise<void> {
  const { actorId, targetId = null, details = {} } = action
  await insertServerAudit({ actorId, action: action.action, targetId, details })
  const ids = { userId: actorId?.toString(), targetId: targetId?.toString() }
  logSecurityEvent('server.administered', { ...ids, details: { action: action.action } })
}
