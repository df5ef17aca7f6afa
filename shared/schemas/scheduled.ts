import { z } from 'zod'
import type { ErrorCode } from '../errors'
import { objectId, plainText } from './fields'
import { LIMITS } from '../limits'
import { sendHereInput } from './message'

const at = z.iso.datetime()

/** A message as it would be sent now, and when to send it. */
export const scheduleInput = sendHereInput.safeExtend({ at })
export const scheduledParams = z.strictObject({ id: objectId })
/** `now` sends it at once. */
export const changeScheduledInput = z.strictObject({
  at: at.optional(),
  text: plainText(LIMITS.messageCharacters).optional(),
  now: z.literal(true).optional(),
})

export type ScheduleInput = z.infer<typeof scheduleInput>
export type ChangeScheduledInput = z.infer<typeof changeScheduledInput>

/** A message that its author has written to be sent later. Nobody else knows of it. */
export interface Scheduled {
  id: string
  conversationId: string
  at: string
  clientId: string
  text: string
  uploadIds: string[]
  replyToId: string | null
  /** `refused`: it could not be sent at its time, and stays until its author changes or cancels it. */
  state: 'waiting' | 'sending' | 'refused'
  /** Why it was refused. */
  reason: ErrorCode | null
  createdAt: string
}
