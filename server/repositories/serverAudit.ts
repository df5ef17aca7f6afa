import type { ServerAuditAction } from '#shared/domain/serverAudit'
import { ServerAuditModel, type ServerAuditRecord } from '../models/serverAuditEntry'
import { toRecordId, type Id } from './id'

export type { ServerAuditRecord }

/** Which entries of the server's audit log to read. `before` is the id of the last entry of the previous page. */
export interface ServerAuditFilter {
  action?: ServerAuditAction
  actorId?: string
  targetId?: string
  before?: string
  limit: number
}

/** Writes an entry of the server's audit log. */
export async function insertServerAudit(entry: {
  actorId: Id | null
  action: ServerAuditAction
  targetId: Id | null
  details: Record<string, unknown>
}): Promise<void> {
  const { actorId, targetId, ...rest } = entry
  await ServerAuditModel.create({
    ...rest,
    actorId: actorId && toRecordId(actorId),
    targetId: targetId && toRecordId(targetId),
    createdAt: new Date(),
  })
}

/** A page of the server's audit log, newest first. */
export function findServerAudit(query: ServerAuditFilter): Promise<ServerAuditRecord[]> {
  const { action, actorId, targetId, before, limit } = query
  const filter = {
    ...(action && { action }),
    ...(actorId && { actorId }),
    ...(targetId && { targetId }),
    ...(before && { _id: { $lt: before } }),
  }
  return ServerAuditModel.find(filter).sort({ _id: -1 }).limit(limit).lean<ServerAuditRecord[]>().exec()
}
