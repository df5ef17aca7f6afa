import type { Invite } from '#shared/schemas/group'
import type { InviteRecord } from '../models/invite'
import type { PersonRecord } from '../models/user'
import { presentUser } from './user'

/** An invite link, for people who may share it. @param origin the public origin that the link begins with */
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
