import { Types } from 'mongoose'
import type { InviteRecord } from '../../../server/models/invite'

/** The repository of invites as a plain map (compare memory.ts). */
type Id = Types.ObjectId | string

const invites = new Map<string, InviteRecord>()

export async function insertInvite(fields: Omit<InviteRecord, '_id' | 'uses' | 'remaining'>): Promise<InviteRecord> {
  const invite = { _id: new Types.ObjectId(), ...fields, uses: 0, remaining: fields.maxUses ?? 0 }
  invites.set(invite.token, invite)
  return invite
}
const isUsable = (invite: InviteRecord, now: Date) =>
  (invite.expiresAt === null || invite.expiresAt > now) && (invite.maxUses === null || invite.uses < invite.maxUses)
const invitesWhere = (fits: (invite: InviteRecord) => boolean) => [...invites.values()].filter(fits)
export const findInvite = async (token: string) => invites.get(token) ?? null
export const findInvites = async (id: Id) => invitesWhere((one) => one.conversationId.equals(id))
export const findUsableInvite = async (token: string, now: Date) =>
  invitesWhere((one) => one.token === token && isUsable(one, now))[0] ?? null
export async function takeUse(token: string, now: Date): Promise<InviteRecord | null> {
  const invite = invites.get(token)
  if (!invite || !isUsable(invite, now)) return null
  invite.uses++
  return invite
}
export const giveUseBack = async (id: Id) =>
  invitesWhere((one) => one._id.equals(id)).forEach((invite) => invite.uses--)
export const deleteInvite = async (id: Id, inviteId: Id) =>
  invitesWhere((one) => one._id.equals(inviteId) && one.conversationId.equals(id)).some(({ token }) =>
    invites.delete(token),
  )
export const deleteInvitesOf = async (id: Id, makerId: Id) =>
  invitesWhere((one) => one.conversationId.equals(id) && one.createdBy.equals(makerId)).forEach(({ token }) =>
    invites.delete(token),
  )
export const deleteInvites = async (id: Id) => (await findInvites(id)).forEach(({ token }) => invites.delete(token))
