import { logSecurityEvent } from '../../observability/securityEvents'
import { deleteFactor } from '../../repositories/factors'
import { recordServerAction } from '../administration/record'
import { requireUser } from '../administration/suspend'
import { sendNotice } from '../mail/sendNotice'

/** Removes the second factor of a person who has lost it, for an administrator. @throws AppError NOT_FOUND */
export async function resetFactor(actorId: string, userId: string): Promise<void> {
  await requireUser(userId)
  if (!(await deleteFactor(userId))) return
  logSecurityEvent('factor.off', { userId: actorId, targetId: userId })
  sendNotice(userId, 'factorOff')
  await recordServerAction({ actorId, action: 'user.factorReset', targetId: userId })
}
