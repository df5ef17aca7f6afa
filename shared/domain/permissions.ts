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

/** The lowest role that has each right in a group where nobody has changed it. */
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

/** What either of the two may do in a direct conversation: everything about messages, nothing about members. */
const DIRECT_RIGHTS: ReadonlySet<Right> = new Set<Right>([
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

/** What a conversation says about rights. */
export interface Rules {
  kind: 'direct' | 'group'
  /** The lowest role that has a right, where it is not the default. */
  permissions: Partial<Record<Right, Role>>
}

/** What a member is in a conversation. */
export interface Standing {
  role: Role
  /** Single rights given to this member alone. */
  allow: readonly Right[]
  /** Single rights taken from this member alone; a right in both lists is taken. */
  deny: readonly Right[]
  /** When both lists end, in milliseconds of the clock; null: never. */
  until: number | null
}

/** Why something may not be done. */
export type DenialReason =
  /** Direct conversations have no such right. */
  | 'direct'
  /** The role is too low. */
  | 'role'
  /** The right was taken from this member, until `until` if that is a number. */
  | 'denied'
  /** The other one is of the same or a higher rank. */
  | 'rank'
  /** Nobody does this to himself. */
  | 'self'
  /** Only the one who wrote it does this. */
  | 'author'
  /** One cannot give what one does not have. */
  | 'beyond'
  /** The owner hands the group over first. */
  | 'owner'

export type Decision = { allowed: true } | { allowed: false; reason: DenialReason; until?: number }

const YES: Decision = { allowed: true }
const no = (reason: DenialReason): Decision => ({ allowed: false, reason })

/** A role's place from the top: 0 for the owner. */
function distance(role: Role): number {
  return ROLES.indexOf(role)
}

/** Whether the first role stands above the second. */
export function outranks(role: Role, other: Role): boolean {
  return distance(role) < distance(other)
}

/** The lowest role that has a right here. The owner has every right of a group, whatever is set. */
export function lowestRole(rules: Rules, right: Right): Role {
  return rules.permissions[right] ?? DEFAULT_PERMISSIONS[right]
}

/** Whether the rights given to or taken from one member are in force at `now` (milliseconds). */
export function overridesHold(standing: Standing, now: number): boolean {
  return standing.until === null || now < standing.until
}

/** Whether a member may do a thing at `now` (milliseconds), leaving aside to whom. */
export function can(rules: Rules, actor: Standing, right: Right, now: number): Decision {
  if (rules.kind === 'direct') return DIRECT_RIGHTS.has(right) ? YES : no('direct')
  if (actor.role === 'owner') return YES
  if (overridesHold(actor, now)) {
    if (actor.deny.includes(right)) {
      return { allowed: false, reason: 'denied', ...(actor.until !== null && { until: actor.until }) }
    }
    if (actor.allow.includes(right)) return YES
  }
  return outranks(lowestRole(rules, right), actor.role) ? no('role') : YES
}

/** Everything a member may do at `now`. */
export function rightsOf(rules: Rules, actor: Standing, now: number): Right[] {
  return RIGHTS.filter((right) => can(rules, actor, right, now).allowed)
}

/**
 * Whether a member may do a thing to another member: he needs the right, and the other one a lower rank.
 * @param target the other one; undefined for someone who is no member, and so of no rank
 */
export function canActOn(rules: Rules, actor: Standing, right: Right, target: Standing | undefined, now: number): Decision {
  const decision = can(rules, actor, right, now)
  if (!decision.allowed) return decision
  return target && !outranks(actor.role, target.role) ? no('rank') : YES
}

/** Whether a member may give another one a role: of those below his own. The owner's is handed over, never given. */
export function canChangeRole(rules: Rules, actor: Standing, target: Standing, next: Role, now: number): Decision {
  const decision = canActOn(rules, actor, 'manageRoles', target, now)
  if (!decision.allowed) return decision
  return outranks(actor.role, next) ? YES : no('beyond')
}

/**
 * Whether a member may set the single rights of another. Taking rights and giving them back needs `restrict`;
 * giving more than the role has needs `managePermissions`, and each of them oneself.
 */
export function canOverride(
  rules: Rules,
  actor: Standing,
  target: Standing,
  next: Pick<Standing, 'allow' | 'deny' | 'until'>,
  now: number,
): Decision {
  const current: typeof next = overridesHold(target, now) ? target : { allow: [], deny: [], until: null }
  const moved = next.until !== current.until
  const changesDeny = !sameRights(current.deny, next.deny) || (moved && next.deny.length > 0)
  const changesAllow = !sameRights(current.allow, next.allow) || (moved && next.allow.length > 0)
  const needed: Right[] = [...(changesAllow ? (['managePermissions'] as const) : [])]
  if (changesDeny || needed.length === 0) needed.push('restrict')
  for (const right of needed) {
    const decision = canActOn(rules, actor, right, target, now)
    if (!decision.allowed) return decision
  }
  const given = next.allow.filter((right) => changesAllow && (moved || !current.allow.includes(right)))
  return given.every((right) => can(rules, actor, right, now).allowed) ? YES : no('beyond')
}

function sameRights(some: readonly Right[], others: readonly Right[]): boolean {
  return some.every((right) => others.includes(right)) && others.every((right) => some.includes(right))
}

/**
 * Whether a member may set the lowest roles of rights: he needs `managePermissions`, and by his own rank each right
 * that he changes, so that nobody lifts himself; the owner cannot be locked out, whatever is set.
 */
export function canChangePermissions(
  rules: Rules,
  actor: Standing,
  changes: Partial<Record<Right, Role>>,
  now: number,
): Decision {
  const decision = can(rules, actor, 'managePermissions', now)
  if (!decision.allowed) return decision
  const changed = RIGHTS.filter((right) => changes[right] !== undefined && changes[right] !== lowestRole(rules, right))
  return changed.every((right) => !outranks(lowestRole(rules, right), actor.role)) ? YES : no('beyond')
}

/** Whether a member may hand the group over: only the owner, and not to himself. */
export function canHandOver(rules: Rules, actor: Standing, toHimself: boolean): Decision {
  if (rules.kind === 'direct') return no('direct')
  if (actor.role !== 'owner') return no('role')
  return toHimself ? no('self') : YES
}

/** Whether a member may leave: everyone of a group but its owner. */
export function canLeave(rules: Rules, actor: Standing): Decision {
  if (rules.kind === 'direct') return no('direct')
  return actor.role === 'owner' ? no('owner') : YES
}

/**
 * Whether a member may delete a message: his own with `deleteOwn`; another's with `deleteAny`, if that one does not
 * stand as high.
 * @param author the author's standing; undefined when he is no member any more
 */
export function canDeleteMessage(
  rules: Rules,
  actor: Standing,
  isOwn: boolean,
  author: Standing | undefined,
  now: number,
): Decision {
  return isOwn ? can(rules, actor, 'deleteOwn', now) : canActOn(rules, actor, 'deleteAny', author, now)
}
