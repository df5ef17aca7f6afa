import type { Message } from '#shared/schemas/message'
import type { OwnMessages } from './conversationState'

const NONE: OwnMessages = new Map()

/** Which messages after my reading positions are my own, so that unread can be derived. */
export class OwnPlaces {
  private readonly byConversation = new Map<string, Map<number, boolean>>()

  of(conversationId: string): OwnMessages {
    return this.byConversation.get(conversationId) ?? NONE
  }

  note({ conversationId, seq, senderId }: Message, me: string | undefined): void {
    const seen = this.byConversation.get(conversationId) ?? new Map<number, boolean>()
    this.byConversation.set(conversationId, seen.set(seq, senderId === me))
  }

  readUpTo(conversationId: string, lastReadSeq: number): void {
    const seen = this.byConversation.get(conversationId)
    for (const seq of seen?.keys() ?? []) if (seq <= lastReadSeq) seen!.delete(seq)
  }

  forget(conversationId: string): void {
    this.byConversation.delete(conversationId)
  }
}
