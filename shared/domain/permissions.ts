/** Roles of a conversation's members, highest first. */
export const ROLES = ['owner', 'admin', 'moderator', 'member'] as const
export type Role = (typeof ROLES)[number]

/** Everything that a member may or may not do in a conversation. */
export const RIGHTS = [
  'sendText',
  'sendImage',
  'sendFile',
  'sendVoice',
  'sendLink',
  'react',
  'mentionAll',
  'pin',
  'editOwn',
  'deleteOwn',
  'deleteAny',
  'invite',
  'approveJoin',
  'remove',
  'ban',
  'restrict',
  'editInfo',
  'manageRoles',
  'managePermissions',
  'viewAudit',
  'deleteGroup',
] as const
export type Right = (typeof RIGHTS)[number]

/** What either of the two may do in a direct conversation: everything about messages, nothing about members. */
const DIRECT_RIGHTS: readonly Right[] = [
  'sendText',
  'sendImage',
  'sendFile',
  'sendVoice',
  'sendLink',
  'react',
  'pin',
  'editOwn',
  'deleteOwn',
]

/** The rights of a member of a conversation of this kind. */
export function rightsOf(conversation: { kind: 'direct' }): Right[] {
  return conversation.kind === 'direct' ? [...DIRECT_RIGHTS] : []
}
