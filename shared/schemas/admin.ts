import { z } from 'zod'
import { SERVER_AUDIT_ACTIONS, type ServerAuditAction } from '../domain/serverAudit'
import { SERVER_ROLES, type ServerRole } from '../domain/serverRoles'
import { displayName, type User } from './account'
import { objectId, queryNumber } from './fields'

export const adminPeopleQuery = z.strictObject({
  /** The beginnings of names, or of an email address if it has an @. */
  q: z.string().max(254).default(''),
  role: z.enum(SERVER_ROLES).optional(),
  state: z.enum(['suspended']).optional(),
  /** The username of the last person of the previous page. */
  after: z.string().max(64).optional(),
  limit: queryNumber(z.int().min(1).max(100)).default(50),
})
export const adminParams = z.strictObject({ id: objectId })
export const changePersonInput = z
  .strictObject({ displayName: displayName.optional(), serverRole: z.enum(SERVER_ROLES).nullable().optional() })
  .refine((input) => Object.keys(input).length > 0, 'Say what is to change.')

export const adminGroupsQuery = z.strictObject({
  /** The id of the last group of the previous page. */
  after: objectId.optional(),
  limit: queryNumber(z.int().min(1).max(25)).default(25),
})

export const serverAuditQuery = z.strictObject({
  action: z.enum(SERVER_AUDIT_ACTIONS).optional(),
  actorId: objectId.optional(),
  targetId: objectId.optional(),
  /** The id of the last entry of the previous page. */
  before: objectId.optional(),
  limit: queryNumber(z.int().min(1).max(100)).default(50),
})

export type AdminPeopleQuery = z.infer<typeof adminPeopleQuery>
export type ChangePersonInput = z.infer<typeof changePersonInput>
export type AdminGroupsQuery = z.infer<typeof adminGroupsQuery>
export type ServerAuditQuery = z.infer<typeof serverAuditQuery>

/** A person as administrators and auditors see them. */
export interface AdminPerson extends Omit<User, 'notifications' | 'linkPreviews' | 'serverRole'> {
  email: string
  serverRole: ServerRole | null
  suspendedAt: string | null
  /** Whether the account is suspended because nobody has let it in yet. */
  awaitsApproval: boolean
  createdAt: string
}

/** A group as administrators and auditors see it: nothing of what is written there. */
export interface AdminGroup {
  id: string
  name: string
  owner: User | null
  /** Whether nobody leads it: its owner is gone, suspended, or no member any more. */
  orphaned: boolean
  memberCount: number
  /** The bytes of its files. */
  bytes: number
  createdAt: string
  /** When somebody last wrote there. */
  activeAt: string
}

export interface ServerAuditEntry {
  id: string
  action: ServerAuditAction
  /** Null: whoever runs the server, by its settings; or an account that is gone. */
  actor: User | null
  /** The affected person or group, if it still exists. */
  target: { id: string; name: string } | null
  details: Record<string, unknown>
  createdAt: string
}
