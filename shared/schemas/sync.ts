import { z } from 'zod'
import { LIMITS } from '../limits'
import type { Conversation } from './conversation'
import { objectId, position } from './fields'
import type { Message } from './message'

export const syncInput = z.strictObject({
  /** By conversation id: the last `rev` that the client applied. */
  conversations: z
    .record(objectId, position)
    .refine((known) => Object.keys(known).length <= LIMITS.syncConversations, 'Too many conversations.'),
  /** Where the list of conversations continues: the `next` of the previous answer. */
  after: objectId.optional(),
})

export type SyncInput = z.infer<typeof syncInput>

export interface SyncAnswer {
  /** The caller's conversations, newest activity first. If they are too many for one answer, a part of them. */
  conversations: Conversation[]
  /** The `after` of the next request, if there are more conversations. */
  next?: string
  /**
   * The changed messages of the conversations that the client holds, ascending by `rev`. An entry with `hasMore` and no
   * messages did not fit into this answer.
   */
  changes: Record<string, { messages: Message[]; hasMore: boolean }>
  /** The ids of conversations that the client holds, but that the caller is not a member of. */
  removed: string[]
}
