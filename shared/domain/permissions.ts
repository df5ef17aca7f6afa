import type { Block } from './blocks'
import { DEFAULT_PERMISSIONS, DIRECT_RIGHTS, RIGHTS, ROLES, type Right, type Role } from './rights'

export { DEFAULT_PERMISSIONS, RIGHTS, ROLES, type Right, type Role } from './rights'

/** A conversation's rules about rights. */
export interface Rules {
  kind: 'direct' | 'group'
  /** The lowest role that has a right, where it differs from the default. */
  permissions: Partial<Record<Right, Role>>
}

/** A member's role and single rights in a conversation. */
export interface Standing {
  role: Role
  /** Rights that only this member was given. */
  allow: readonly Right[]
  /** Rights that only this member was denied. A right in both lists is denied. */
  deny: readonly Right[]
  /** When both lists end, in milliseconds since the epoch. Null: never. */
  until: number | null
  /** Who has blocked whom, in a direct conversation. Absent: nobody. */
  block?: Block
}

/** Why an action is denied. */
export type DenialReason =
  /** Direct conversations have no such right. */
  | 'direct'
  /** The role is too low. */
  | 'role'
  /** This member was denied the right, until `until` if that is a number. */
  | 'denied'
  /** The other person has the same or a higher role. */
  | 'rank'
  /** Nobody may do this to themselves. */
  | 'self'
  /** Only the author may do this. */
  | 'author'
  /** Nobody may give a right that they do not have. */
  | 'beyond'
  /** The owner must hand the group over first. */
  | 'owner'
  /** They have blocked the other person. */
  | 'blocking'
  /** The other person takes no messages from them. It does not say why. */
  | 'unreachable'

export type Decision = { allowed: true } | { allowed: false; reason: DenialReason; until?: number }

const YES: Decision = { allowed: true }
const no = (reason: DenialReason): Decision => ({ allowed: false, reason })

/** A role's rank from the top: 0 for the owner. */
function rankOf(role: Role): number {
  return ROLES.indexOf(role)
}

/** Whether the first role is higher than the second. */
export function outranks(role: Role, other: Role): boolean {
  return rankOf(role) < rankOf(other)
}

/** The lowest role that has a right under these rules. The owner of a group has every right, whatever is set. */
export function lowestRole(rules: Rules, right: Right): Role {
  return rules.permissions[right] ?? DEFAULT_PERMISSIONS[right]
}

/** Whether a member's single rights are in force. @param now milliseconds since the epoch */
export function overridesHold(standing: Standing, now: number): boolean {
  return standing.until === null || now < standing.until
}

/** Whether a member has a right. Whom the action affects is left aside. @param now milliseconds since the epoch */
export function can(rules: Rules, actor: Standing, right: Right, now: number): Decision {
  if (rules.kind === 'direct') return canInDirect(actor, right)
  if (actor.role === 'owner') return YES
  if (overridesHold(actor, now)) {
    if (actor.deny.includes(right)) {
      return { allowed: false, reason: 'denied', ...(actor.until !== null && { until: actor.until }) }
    }
    if (actor.allow.includes(right)) return YES
  }
  return outranks(lowestRole(rules, right), actor.role) ? no('role') : YES
}

/** While a block stands, neither of the two can write or react; each can still delete what they have written. */
function canInDirect({ block }: Standing, right: Right): Decision {
  if (!DIRECT_RIGHTS.has(right)) return no('direct')
  if (!block || right === 'deleteOwn') return YES
  return no(block === 'theirs' ? 'unreachable' : 'blocking')
}

/** All rights of a member. @param now milliseconds since the epoch */
export function rightsOf(rules: Rules, actor: Standing, now: number): Right[] {
  return RIGHTS.filter((right) => can(rules, actor, right, now).allowed)
}

/**
 * Whether a member may act on another person: they need the right, and the other person must have a lower role.
 * @param target the other person; undefined for someone who is no member, and so has no role
 */
export function canActOn(
  rules: Rules,
  actor: Standing,
  right: Right,
  target: Standing | undefined,
  now: number,
): Decision {
  const decision = can(rules, actor, right, now)
  if (!decision.allowed) return decision
  return target && !outranks(actor.role, target.role) ? no('rank') : YES
}

/**
 * Whether a member may give another one a role. It must be lower than their own, so ownership can only be handed over.
 */
export function canChangeRole(rules: Rules, actor: Standing, target: Standing, next: Role, now: number): Decision {
  const decision = canActOn(rules, actor, 'manageRoles', target, now)
  if (!decision.allowed) return decision
  return outranks(actor.role, next) ? YES : no('beyond')
}

/**
 * Whether a member may set another member's single rights. Denying rights, and giving those back, needs `restrict`.
 * Giving more than the role has needs `managePermissions`, and the actor must have each of these rights.
 * @param next the single rights as they are to be
 */
export function canOverride(
  rules: Rules,
  actor: Standing,
  target: Standing,
  next: Pick<Standing, 'allow' | 'deny' | 'until'>,
  now: number,
): Decision {
  const current: typeof next = overridesHold(target, now) ? target : { allow: [], deny: [], until: null }
  const endChanges = next.until !== current.until
  const changesDeny = !sameRights(current.deny, next.deny) || (endChanges && next.deny.length > 0)
  const changesAllow = !sameRights(current.allow, next.allow) || (endChanges && next.allow.length > 0)
  const required: Right[] = [...(changesAllow ? (['managePermissions'] as const) : [])]
  if (changesDeny || required.length === 0) required.push('restrict')
  for (const right of required) {
    const decision = canActOn(rules, actor, right, target, now)
    if (!decision.allowed) return decision
  }
  const given = next.allow.filter((right) => changesAllow && (endChanges || !current.allow.includes(right)))
  return given.every((right) => can(rules, actor, right, now).allowed) ? YES : no('beyond')
}

function sameRights(some: readonly Right[], others: readonly Right[]): boolean {
  return some.every((right) => others.includes(right)) && others.every((right) => some.includes(right))
}

/**
 * Whether a member may change which roles have which rights. They need `managePermissions`, and their role must have
 * each right that they change, so that nobody gives themselves rights. The owner cannot be locked out, whatever is set.
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

/** Whether a member may hand the group over: only the owner may, and not to themselves. */
export function canHandOver(rules: Rules, actor: Standing, isSelf: boolean): Decision {
  if (rules.kind === 'direct') return no('direct')
  if (actor.role !== 'owner') return no('role')
  return isSelf ? no('self') : YES
}

/** Whether a member may leave: everyone in a group may, except its owner. */
export function canLeave(rules: Rules, actor: Standing): Decision {
  if (rules.kind === 'direct') return no('direct')
  return actor.role === 'owner' ? no('owner') : YES
}

/**
 * Whether a member may delete a message: their own with `deleteOwn`; someone else's with `deleteAny`, if the author has
 * a lower role.
 * @param author the author's standing; undefined when they are no longer a member
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
