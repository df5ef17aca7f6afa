import { ROLES } from '#shared/domain/permissions'
import type { Member } from '#shared/schemas/conversation'

/** Who is in a conversation, by user id. Replaced as a whole, never mutated. */
export type Roster = ReadonlyMap<string, Member>

/** The news of one member, from an event or an answer. */
export interface MemberNews {
  kind: 'joined' | 'updated' | 'left'
  member: Member
}

const NAMES = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })
const sorted = new WeakMap<Roster, readonly Member[]>()

export function rosterOf(members: readonly Member[]): Roster {
  return new Map(members.map((member) => [member.user.id, member]))
}

/** The list after news. The same object comes back if they change nothing. Applying news twice does no harm. */
export function withNews(roster: Roster, { kind, member }: MemberNews): Roster {
  const { id } = member.user
  if (kind !== 'joined' && !roster.has(id)) return roster
  const next = new Map(roster)
  if (kind === 'left') next.delete(id)
  else next.set(id, member)
  return next
}

/** The members by rank, then by name. The list is sorted when first needed, because many events may come before. */
export function sortedMembers(roster: Roster): readonly Member[] {
  const known = sorted.get(roster)
  if (known) return known
  const members = [...roster.values()].sort(
    (one, other) =>
      ROLES.indexOf(one.role) - ROLES.indexOf(other.role) ||
      NAMES.compare(one.user.displayName, other.user.displayName) ||
      one.user.id.localeCompare(other.user.id),
  )
  sorted.set(roster, members)
  return members
}
