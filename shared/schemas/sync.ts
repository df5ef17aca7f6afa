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
  /** Where the list of conversations goes on: the `next` of the answer before. */
  after: objectId.optional(),
})

export type SyncInput = z.infer<typeof syncInput>

export interface SyncAnswer {
  /** Every conversation of the caller, newest activity first; where they are too many for one answer, part of them. */
  conversations: Conversation[]
  /** What to ask for the rest with, as `after`, where this was not all. */
  next?: string
  /** What changed in the conversations that the client holds: messages ascending by `rev`. With `hasMore` alone there was no room. */
  changes: Record<string, { messages: Message[]; hasMore: boolean }>
  /** Conversations that the client holds and the caller is not, or no longer, a member of. */
  removed: string[]
}
