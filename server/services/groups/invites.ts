import { hueOf } from '#shared/domain/hue'
import { can } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import type { CreateInviteInput, Invite, InvitePreview } from '#shared/schemas/group'
import { randomBytes } from 'node:crypto'
import { presentInvite } from '../../presenters/invite'
import { presentUser } from '../../presenters/user'
import { findConversation, type ConversationRecord } from '../../repositories/conversations'
import { toRecordId, type Id } from '../../repositories/id'
import { deleteInvite, deleteInvitesOf, findInvites, findUsableInvite, insertInvite } from '../../repositories/invites'
import { findMembership } from '../../repositories/memberships'
import { findUser } from '../../repositories/users'
import { findUpload } from '../../repositories/uploads'
import { inOrder } from '../conversations/inOrder'
import { authorizeIn } from '../conversations/rights'
import { openFile, type ReadableFile } from '../files/read'
import { recordChange } from '../audit/record'
import { findPeopleFor } from '../people/seen'

/**
 * Creates an invite link to a group.
 * @param origin the public origin that the link begins with
 * @throws AppError NOT_FOUND, FORBIDDEN
 */
export async function createInvite(
  userId: string,
  id: string,
  input: CreateInviteInput,
  origin: string,
): Promise<Invite> {
  const invite = await inOrder(id, userId, async () => {
    await requireInviter(userId, id)
    const now = new Date()
    const inserted = await insertInvite({
      conversationId: toRecordId(id),
      token: randomBytes(18).toString('base64url'),
      createdBy: toRecordId(userId),
      createdAt: now,
      expiresAt: input.expiresInHours ? new Date(now.getTime() + input.expiresInHours * 3_600_000) : null,
      maxUses: input.maxUses ?? null,
    })
    await recordChange(id, userId, 'invite.created', null, { maxUses: inserted.maxUses, expiresAt: inserted.expiresAt })
    return inserted
  })
  return presentInvite(invite, (await findUser(userId)) ?? undefined, origin)
}

/** A group's invite links, newest first. @throws AppError NOT_FOUND, FORBIDDEN */
export async function listInvites(userId: string, id: string, origin: string): Promise<Invite[]> {
  await requireInviter(userId, id)
  const invites = await findInvites(id)
  const people = await findPeopleFor(
    userId,
    invites.map((invite) => invite.createdBy),
  )
  return invites.map((invite) =>
    presentInvite(
      invite,
      people.find((one) => one._id.equals(invite.createdBy)),
      origin,
    ),
  )
}

/** Revokes an invite link. @throws AppError NOT_FOUND, FORBIDDEN */
export function revokeInvite(userId: string, id: string, inviteId: string): Promise<void> {
  return inOrder(id, userId, async () => {
    await requireInviter(userId, id)
    if (!(await deleteInvite(id, inviteId))) throw new AppError('NOT_FOUND')
    await recordChange(id, userId, 'invite.revoked')
  })
}

/**
 * The group that an invite link leads to, as anyone with the link may see it, signed in or not.
 * @throws AppError NOT_FOUND when the link does not work or no longer works
 */
export async function previewInvite(token: string): Promise<InvitePreview> {
  const { invite, group } = await requireInvite(token)
  const inviter = await findUser(invite.createdBy.toString())
  const by = inviter && presentUser(inviter)
  return {
    hue: hueOf(group._id.toString()),
    name: group.name ?? '',
    description: group.description ?? '',
    avatarUrl: group.avatarId ? `/api/invites/${token}/picture` : null,
    invitedBy: by ? { displayName: by.displayName, avatarUrl: by.avatarUrl } : null,
    joinApproval: group.settings.joinApproval,
  }
}

/** The picture of the group that a link leads to, for anyone with the link. @throws AppError NOT_FOUND, UNAVAILABLE */
export async function readInvitePicture(token: string): Promise<ReadableFile> {
  const { group } = await requireInvite(token)
  const upload = group.avatarId && (await findUpload(group.avatarId))
  if (!upload) throw new AppError('NOT_FOUND')
  return openFile(upload, 'original')
}

/** An invite link that works now, and its group. @throws AppError NOT_FOUND */
async function requireInvite(token: string) {
  const invite = await findUsableInvite(token, new Date())
  const group = invite && (await findConversation(invite.conversationId))
  if (!group || !(await canStillInvite(group, invite.createdBy))) throw new AppError('NOT_FOUND')
  return { invite, group }
}

/**
 * Whether the maker of a link may still make links. A right that ends by time ends without an event, as all do with a
 * suspension, so this is asked.
 */
export async function canStillInvite(group: ConversationRecord, maker: Id): Promise<boolean> {
  const [membership, user] = await Promise.all([
    findMembership(group._id.toString(), maker.toString()),
    findUser(maker.toString()),
  ])
  return membership !== null && !user?.suspendedAt && can(group, standingOf(membership), 'invite', Date.now()).allowed
}

/**
 * Removes the links of people who may no longer make links. Called within `inOrder` by everything that takes a right
 * away, because a link must not work again when its maker gets the right back.
 */
export async function endInvites(conversationId: string): Promise<void> {
  const [group, invites] = await Promise.all([findConversation(conversationId), findInvites(conversationId)])
  if (!group) return
  for (const maker of new Set(invites.map(({ createdBy }) => createdBy.toString()))) {
    if (!(await canStillInvite(group, maker))) await deleteInvitesOf(conversationId, maker)
  }
}

async function requireInviter(userId: string, id: string): Promise<void> {
  await authorizeIn(id, userId, 'invite')
}
