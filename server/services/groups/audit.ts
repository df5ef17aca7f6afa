import type { AuditEntry, AuditQuery } from '#shared/schemas/group'
import { presentUser } from '../../presenters/user'
import { findAudit } from '../../repositories/audit'
import { authorizeIn } from '../conversations/rights'
import { findPeopleFor } from '../people/seen'

/** A page of a group's audit log, newest first. @throws AppError NOT_FOUND, FORBIDDEN */
export async function readAudit(userId: string, id: string, query: AuditQuery): Promise<AuditEntry[]> {
  await authorizeIn(id, userId, 'viewAudit')
  const entries = await findAudit(id, query)
  const people = await findPeopleFor(
    userId,
    entries.flatMap((entry) => [entry.actorId, entry.targetId ?? []].flat()),
  )
  const byId = new Map(people.map((person) => [person._id.toString(), presentUser(person)]))
  return entries.map((entry) => ({
    id: entry._id.toString(),
    action: entry.action,
    actor: byId.get(entry.actorId.toString()) ?? null,
    target: byId.get(entry.targetId?.toString() ?? '') ?? null,
    details: entry.details,
    createdAt: entry.createdAt.toISOString(),
  }))
}
