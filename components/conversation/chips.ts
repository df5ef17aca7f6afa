import type { Conversation } from '#shared/schemas/conversation'

/** The parts of the list that can be shown alone. */
export const CHIPS = ['all', 'unread', 'direct', 'groups', 'mentions'] as const
export type Chip = (typeof CHIPS)[number]

/** Whether a chat belongs to a part of the list. */
export function belongsTo({ kind, me }: Pick<Conversation, 'kind' | 'me'>, chip: Chip): boolean {
  switch (chip) {
    case 'all':
      return true
    case 'unread':
      return me.unread > 0 || me.markedUnread
    case 'direct':
      return kind === 'direct'
    case 'groups':
      return kind === 'group'
    case 'mentions':
      return me.mentions > 0
  }
}
