import { outranks, type Role } from './permissions'

/** The most members of one group. */
export const MAX_MEMBERS = 1_000

/**
 * The `seq` up to which messages are hidden from a member: they may see messages with a greater `seq`. Newcomers may not
 * see what was written before, and everybody can clear the history for themselves. This applies to pages, sync, search,
 * files, excerpts and counts alike.
 */
export function visibleFrom(
  settings: { history: 'all' | 'joined' },
  { joinedSeq, clearedSeq = 0 }: { joinedSeq: number; clearedSeq?: number },
): number {
  return Math.max(settings.history === 'joined' ? joinedSeq : 0, clearedSeq)
}

/**
 * The milliseconds that a member must still wait before their next message or edit in slow mode. Moderators never wait.
 * @param lastSentAt when they last sent or edited a message, in milliseconds since the epoch; null: never
 * @param now milliseconds since the epoch
 */
export function slowModeWait(slowModeSeconds: number, role: Role, lastSentAt: number | null, now: number): number {
  if (slowModeSeconds === 0 || lastSentAt === null || outranks(role, 'member')) return 0
  return Math.max(0, lastSentAt + slowModeSeconds * 1000 - now)
}

/**
 * What a system message says. The `text` of the message says the same in English, for clients that don't translate it.
 */
export type SystemAction =
  | 'created'
  | 'renamed'
  | 'described'
  | 'pictured'
  | 'joined'
  | 'added'
  | 'left'
  | 'removed'
  | 'banned'
  | 'ownerChanged'
  | 'settingsChanged'
  | 'pinned'

export interface SystemNotice {
  action: SystemAction
  /** The people who were affected. */
  targetIds: string[]
  /** The new name, if there is one. */
  name?: string
  /** The `seq` of the message that was pinned. */
  seq?: number
}

/** The most people whom a system message names. Of more people, one fewer is named, and the others are counted. */
const MAX_NAMED = 3

/** Splits the people whom a system message affects into those whom it names and the number of the others. */
export function splitNamed<T>(people: readonly T[]): { named: readonly T[]; others: number } {
  const named = people.length > MAX_NAMED ? people.slice(0, MAX_NAMED - 1) : people
  return { named, others: people.length - named.length }
}

/** The English text of a system message. @param targets the names of the people who were affected */
export function noticeText(notice: SystemNotice, actor: string, targets: string[]): string {
  const { named, others } = splitNamed(targets)
  const people = named.join(', ') + (others > 0 ? ` and ${others} others` : '')
  switch (notice.action) {
    case 'created':
      return `${actor} created the group “${notice.name ?? ''}”`
    case 'renamed':
      return `${actor} renamed the group to “${notice.name ?? ''}”`
    case 'described':
      return `${actor} changed the description`
    case 'pictured':
      return `${actor} changed the picture`
    case 'joined':
      return `${actor} joined`
    case 'added':
      return `${actor} added ${people}`
    case 'left':
      return `${actor} left`
    case 'removed':
      return `${actor} removed ${people}`
    case 'banned':
      return `${actor} banned ${people}`
    case 'ownerChanged':
      return `${actor} made ${people} the owner`
    case 'settingsChanged':
      return `${actor} changed the settings`
    case 'pinned':
      return `${actor} pinned a message`
  }
}
