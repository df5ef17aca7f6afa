import type { Conversation } from '#shared/schemas/conversation'

/** How a conversation is called for its reader. */
export function titleOf(conversation: Conversation): string {
  return conversation.name ?? conversation.peer?.displayName ?? ''
}

/** Whose picture stands for it: the other person's, or its own. */
export function avatarOf(conversation: Conversation): { id: string; name: string; url: string | null } {
  return {
    id: conversation.peer?.id ?? conversation.id,
    name: titleOf(conversation),
    url: conversation.peer?.avatarUrl ?? conversation.avatarUrl,
  }
}
