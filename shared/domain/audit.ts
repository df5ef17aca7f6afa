/** What the audit of a group records. */
export const AUDIT_ACTIONS = [
  'group.created',
  'group.changed',
  'permissions.changed',
  'settings.changed',
  'owner.changed',
  'member.added',
  'member.joined',
  'member.left',
  'member.removed',
  'member.banned',
  'member.unbanned',
  'member.role',
  'member.rights',
  'invite.created',
  'invite.revoked',
  'request.approved',
  'request.refused',
  'message.deleted',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]
