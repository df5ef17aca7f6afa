import { z } from 'zod'
import { LIMITS } from '../limits'
import type { Conversation } from './conversation'
import { objectId, position } from './fields'
import type { Message } from './message'

export const syncInput = z.strictObject({
  /** The last `rev` that the client applied, of each conversation it holds. */
  conversations: z
    .record(objectId, position)
    .refine((known) => Object.keys(known).length <= LIMITS.syncConversations, 'Too many conversations.'),
})

export type SyncInput = z.infer<typeof syncInput>

export interface SyncAnswer {
  /** Every conversation of the caller, newest activity first. */
  conversations: Conversation[]
  /** What changed in the conversations that the client holds: messages ascending by `rev`. */
  changes: Record<string, { messages: Message[]; hasMore: boolean }>
  /** Conversations that the client holds and the caller is not, or no longer, a member of. */
  removed: string[]
}
