import type { Conversation } from '#shared/schemas/conversation'
import { useSessionStore } from '~/stores/session'

/** Whether it is the reader's chat with themselves. */
export function isNotes({ kind, peer }: Conversation): boolean {
  return kind === 'direct' && peer !== null && peer.id === useSessionStore().me?.id
}

/** The title of a conversation for its reader, in the language of the page. */
export function titleOf(conversation: Conversation): string {
  if (isNotes(conversation)) return useNuxtApp().$i18n.t('notes.title')
  return conversation.name ?? conversation.peer?.displayName ?? ''
}

/** The picture of a conversation: the other person's, the group's own, or the sign of the reader's notes. */
export function avatarOf(conversation: Conversation) {
  return {
    id: conversation.peer?.id ?? conversation.id,
    name: titleOf(conversation),
    url: conversation.peer?.avatarUrl ?? conversation.avatarUrl,
    ...(isNotes(conversation) && { notes: true }),
  }
}
