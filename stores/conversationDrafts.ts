import type { Conversation, Draft } from '#shared/schemas/conversation'
import { Hook } from '~/client/hook'

/** Hands the drafts that come with conversations to the store of drafts. Part of the conversations store. */
export function conversationDrafts() {
  const received = new Hook<{ id: string; draft: Draft | null }>()

  function withoutDraft(conversation: Conversation): Conversation {
    const { draft, ...me } = conversation.me
    if (draft === undefined) return conversation
    received.tell({ id: conversation.id, draft })
    return { ...conversation, me }
  }

  return { withoutDraft, onDraft: received.on.bind(received) }
}
