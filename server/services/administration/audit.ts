import type { ServerAuditEntry, ServerAuditQuery } from '#shared/schemas/admin'
import { presentUser } from '../../presenters/user'
import { findConversations } from '../../repositories/conversations'
import { findServerAudit, type ServerAuditRecord } from '../../repositories/serverAudit'
import { findUsers } from '../../repositories/users'

/** A page of the server's audit log, newest first. */
export async function readServerAudit(query: ServerAuditQuery): Promise<ServerAuditEntry[]> {
  const entries = await findServerAudit(query)
  const [people, groups] = await Promise.all([
    findUsers(entries.flatMap(({ actorId, ...entry }) => [actorId ?? [], targetOf(entry, 'user')].flat())),
    findConversations(entries.flatMap((entry) => targetOf(entry, 'group'))),
  ])
  const byId = new Map(people.map((person) => [person._id.toString(), presentUser(person)]))
  const names = new Map([
    ...people.map((person) => [person._id.toString(), person.displayName] as const),
    ...groups.map((group) => [group._id.toString(), group.name ?? ''] as const),
  ])
  return entries.map((entry) => {
    const id = entry.targetId?.toString()
    const name = id && names.get(id)
    return {
      id: entry._id.toString(),
      action: entry.action,
      actor: byId.get(entry.actorId?.toString() ?? '') ?? null,
      target: id && name !== undefined ? { id, name } : null,
      details: entry.details,
      createdAt: entry.createdAt.toISOString(),
    }
  })
}

function targetOf({ action, targetId }: Pick<ServerAuditRecord, 'action' | 'targetId'>, kind: 'user' | 'group') {
  return targetId && action.startsWith(`${kind}.`) ? [targetId] : []
}
