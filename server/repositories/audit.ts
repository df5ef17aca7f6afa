import type { AuditQuery } from '#shared/schemas/group'
import { AuditModel, type AuditRecord } from '../models/auditEntry'
import type { Id } from './id'

export type { AuditRecord }

export async function insertAudit(entry: Omit<AuditRecord, '_id' | 'createdAt'>): Promise<void> {
  await AuditModel.create({ ...entry, createdAt: new Date() })
}

/** A page of a group's log, newest first. */
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
