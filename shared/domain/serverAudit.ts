/** What the audit of the server records. The part before the dot says what the target is. */
export const SERVER_AUDIT_ACTIONS = [
  'user.role',
  'user.suspended',
  'user.restored',
  'user.sessionsEnded',
  'user.renamed',
  'user.resetLink',
  'user.factorReset',
  'group.handedOver',
  'group.closed',
] as const
export type ServerAuditAction = (typeof SERVER_AUDIT_ACTIONS)[number]
