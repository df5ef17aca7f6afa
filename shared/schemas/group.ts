import { z } from 'zod'
import { AUDIT_ACTIONS, type AuditAction } from '../domain/audit'
import { RIGHTS, ROLES, type Right } from '../domain/permissions'
import type { User } from './account'
import { objectId, plainText, queryNumber, singleLine } from './fields'
import { rule } from './issues'

const role = z.enum(ROLES)
const right = z.enum(RIGHTS)
const rights = z
  .array(right)
  .max(RIGHTS.length)
  .transform((list) => [...new Set(list)])

export const groupName = singleLine(100).refine((name) => name !== '', rule('blank', 'A group needs a name.'))
const groupDescription = plainText(500).trim()

export const createGroupInput = z.strictObject({
  kind: z.literal('group'),
  name: groupName,
  description: groupDescription.default(''),
  memberIds: z.array(objectId).max(999),
})

export const changeGroupInput = z.strictObject({
  name: groupName.optional(),
  description: groupDescription.optional(),
  /** A complete upload of the kind `avatar` that was made for this group. Null removes the picture. */
  avatarUploadId: objectId.nullable().optional(),
  permissions: z.partialRecord(right, role).optional(),
  settings: z
    .strictObject({
      history: z.enum(['all', 'joined']).optional(),
      slowModeSeconds: z.int().min(0).max(86_400).optional(),
      joinApproval: z.boolean().optional(),
      hideDeleted: z.boolean().optional(),
      notify: z.enum(['all', 'mentions']).optional(),
      linkPreviews: z.boolean().optional(),
    })
    .optional(),
})

export const addMembersInput = z.strictObject({ userIds: z.array(objectId).min(1).max(999) })
export const changeMemberInput = z.strictObject({
  role: role.exclude(['owner'], 'Nobody can be made owner. The owner can hand the group over.').optional(),
  allow: rights.optional(),
  deny: rights.optional(),
  until: z.iso.datetime().nullable().optional(),
})
export const memberParams = z.strictObject({ id: objectId, userId: objectId })
export const ownerInput = z.strictObject({ userId: objectId })

export const createInviteInput = z.strictObject({
  /** A week by default. Null: the link does not expire. */
  expiresInHours: z
    .number()
    .positive()
    .max(24 * 365)
    .nullable()
    .default(24 * 7),
  maxUses: z.int().min(1).max(10_000).optional(),
})
export const inviteParams = z.strictObject({ id: objectId, inviteId: objectId })
export const inviteTokenParams = z.strictObject({ token: z.string().regex(/^[\w-]{16,64}$/, 'This is not an invite.') })

export const auditQuery = z.strictObject({
  action: z.enum(AUDIT_ACTIONS).optional(),
  actorId: objectId.optional(),
  targetId: objectId.optional(),
  /** The id of the last entry of the previous page. */
  before: objectId.optional(),
  limit: queryNumber(z.int().min(1).max(100)).default(50),
})

export type CreateGroupInput = z.infer<typeof createGroupInput>
export type ChangeGroupInput = z.infer<typeof changeGroupInput>
export type ChangeMemberInput = z.infer<typeof changeMemberInput>
export type CreateInviteInput = z.infer<typeof createInviteInput>
/** The input as clients send it, before defaults apply. */
export type InviteWish = z.input<typeof createInviteInput>
export type AuditQuery = z.infer<typeof auditQuery>

export interface Ban {
  user: User
  bannedBy: User | null
  createdAt: string
}

export interface Invite {
  id: string
  url: string
  createdBy: User | null
  createdAt: string
  expiresAt: string | null
  maxUses: number | null
  uses: number
}

/** What an invite link shows to everyone who has it. */
export interface InvitePreview {
  /** The hue of the group, in degrees. It replaces the group's id, which people outside the group must not learn. */
  hue: number
  name: string
  description: string
  avatarUrl: string | null
  invitedBy: { displayName: string; avatarUrl: string | null } | null
  joinApproval: boolean
}

export interface JoinRequest {
  user: User
  createdAt: string
}

export interface AuditEntry {
  id: string
  action: AuditAction
  actor: User | null
  target: User | null
  /** What changed: names and values, but never the text of messages. */
  details: Record<string, unknown>
  createdAt: string
}

export type Permissions = Record<Right, (typeof ROLES)[number]>
