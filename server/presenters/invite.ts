import type { Invite } from '#shared/schemas/group'
import type { InviteRecord } from '../models/invite'
import type { PersonRecord } from '../models/user'
import { presentUser } from './user'

/** A link into a group, for those who may hand it out. */
export function presentInvite(invite: InviteRecord, createdBy: PersonRecord | undefined, origin: string): Invite {
  return {
    id: invite._id.toString(),
    url: `${origin}/invite/${invite.token}`,
    createdBy: createdBy ? presentUser(createdBy) : null,
    createdAt: invite.createdAt.toISOString(),
    expiresAt: invite.expiresAt?.toISOString() ?? null,
    maxUses: invite.maxUses,
    uses: invite.uses,
  }
}
