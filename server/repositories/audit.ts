import type { AuditQuery } from '#shared/schemas/group'
import { AuditModel, type AuditRecord } from '../models/auditEntry'
import { toRecordId, type Id } from './id'

export type { AuditRecord }

/** Writes an entry of a group's audit log. */
export async function insertAudit(entry: {
  conversationId: Id
  actorId: Id
  action: AuditRecord['action']
  targetId: Id | null
  details: AuditRecord['details']
}): Promise<void> {
  const { conversationId, actorId, targetId, ...rest } = entry
  await AuditModel.create({
    ...rest,
    conversationId: toRecordId(conversationId),
    actorId: toRecordId(actorId),
    targetId: targetId && toRecordId(targetId),
    createdAt: new Date(),
  })
}

/** A page of a group's audit log, newest first. */
export function findAudit(conversationId: Id, query: AuditQuery): Promise<AuditRecord[]> {
  const { action, actorId, targetId, before, limit } = query
  const filter = {
    conversationId,
    ...(action && { action }),
    ...(actorId && { actorId }),
    ...(targetId && { targetId }),
    ...(before && { _id: { $lt: before } }),
  }
  return AuditModel.find(filter).sort({ _id: -1 }).limit(limit).lean<AuditRecord[]>().exec()
}

export async function deleteAudit(conversationId: Id): Promise<void> {
  await AuditModel.deleteMany({ conversationId })
}
