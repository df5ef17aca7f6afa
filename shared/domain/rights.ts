/** The roles of a conversation's members, the highest first. */
export const ROLES = ['owner', 'admin', 'moderator', 'member'] as const
export type Role = (typeof ROLES)[number]

/** The rights that a member may have in a conversation. */
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

/** The lowest role that has each right in a group, unless someone has changed it. */
export const DEFAULT_PERMISSIONS: Readonly<Record<Right, Role>> = {
  sendText: 'member',
  sendImage: 'member',
  sendFile: 'member',
  sendVoice: 'member',
  sendLink: 'member',
  react: 'member',
  mentionAll: 'moderator',
  pin: 'moderator',
  editOwn: 'member',
  deleteOwn: 'member',
  deleteAny: 'moderator',
  invite: 'moderator',
  approveJoin: 'moderator',
  remove: 'moderator',
  ban: 'moderator',
  restrict: 'moderator',
  editInfo: 'admin',
  manageRoles: 'admin',
  managePermissions: 'admin',
  viewAudit: 'admin',
  deleteGroup: 'owner',
}

/** The rights of both people in a direct conversation: everything about messages, nothing about members. */
export const DIRECT_RIGHTS: ReadonlySet<Right> = new Set<Right>([
  'sendText',
  'sendImage',
  'sendFile',
  'sendVoice',
  'sendLink',
  'react',
  'pin',
  'editOwn',
  'deleteOwn',
])
