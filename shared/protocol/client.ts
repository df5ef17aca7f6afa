import { z } from 'zod'
import { LIMITS } from '../limits'
import { objectId, position } from '../schemas/fields'
import { editInput, reactionInput, sendHereInput, type Message } from '../schemas/message'
import { syncInput, type SyncAnswer } from '../schemas/sync'

/** The frame of a request. `id` is the client's own number for it, and the answer has the same one. */
export const requestFrame = z.strictObject({
  id: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  type: z.string().max(64),
  data: z.unknown().optional(),
})

/** The data of each type of request. There are no other types. */
export const requestSchemas = {
  'message.send': sendHereInput,
  'message.edit': editInput.extend({ conversationId: objectId, messageId: objectId }),
  'message.delete': z.strictObject({ conversationId: objectId, messageId: objectId }),
  'message.heard': z.strictObject({ conversationId: objectId, messageId: objectId }),
  'reaction.set': reactionInput,
  'reaction.unset': reactionInput,
  'conversation.read': z.strictObject({ conversationId: objectId, seq: position }),
  'typing.set': z.strictObject({ conversationId: objectId, typing: z.boolean() }),
  'presence.watch': z.strictObject({ userIds: z.array(objectId).max(LIMITS.presenceWatched) }),
  'screen.set': z.strictObject({ conversationId: objectId.nullable(), canNotify: z.boolean() }),
  sync: syncInput,
  ping: z.strictObject({}).optional(),
} as const

export type RequestType = keyof typeof requestSchemas
export type RequestData<T extends RequestType> = z.infer<(typeof requestSchemas)[T]>

export interface Presence {
  online: boolean
  lastSeenAt: string | null
}

/** The answer to each type of request. */
export interface RequestAnswers {
  'message.send': { message: Message }
  'message.edit': { message: Message }
  'message.delete': { message: Message }
  'message.heard': { message: Message }
  'reaction.set': { message: Message }
  'reaction.unset': { message: Message }
  'conversation.read': Record<string, never>
  'typing.set': Record<string, never>
  'presence.watch': { presence: Record<string, Presence> }
  'screen.set': Record<string, never>
  sync: SyncAnswer
  ping: { time: string }
}
