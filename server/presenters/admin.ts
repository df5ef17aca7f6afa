import type { AdminGroup, AdminPerson } from '#shared/schemas/admin'
import type { ConversationRecord } from '../models/conversation'
import type { PersonRecord, UserRecord } from '../models/user'
import { presentUser } from './user'

/** A person, in the form that administrators and auditors see. */
export function presentAdminPerson(user: UserRecord): AdminPerson {
  return {
    ...presentUser(user),
    email: user.email,
    serverRole: user.serverRole ?? null,
    suspendedAt: user.suspendedAt?.toISOString() ?? null,
    awaitsApproval: user.awaitsApproval ?? false,
    createdAt: user.createdAt.toISOString(),
  }
}

/** A group, in the form that administrators and auditors see. */
export function presentAdminGroup(
  group: ConversationRecord,
  owner: PersonRecord | undefined,
  state: { orphaned: boolean; bytes: number },
): AdminGroup {
  return {
    id: group._id.toString(),
    name: group.name ?? '',
    owner: owner ? presentUser(owner) : null,
    ...state,
    memberCount: group.memberCount,
    createdAt: group.createdAt.toISOString(),
    activeAt: group.activeAt.toISOString(),
  }
}
