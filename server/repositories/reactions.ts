import { LIMITS } from '#shared/limits'
import { MessageModel, type MessageRecord } from '../models/message'
import { toRecordId, type Id } from './id'
import type { MessageChange } from './messages'

/** The ids of the people who reacted to a message with an emoji, the earliest first. */
export function peopleWith({ reactions }: MessageRecord, emoji: string): string[] {
  return (reactions?.[emoji] ?? []).map(String)
}

/**
 * The change that adds a person's reaction. Its condition includes the number of kinds, so several tasks together stay
 * within the limit too.
 * @returns null when the message has `LIMITS.reactionKinds` other kinds
 */
export function reactionAdded(message: MessageRecord, emoji: string, userId: Id): MessageChange | null {
  const field = fieldOf(emoji)
  const $addToSet = { [field]: toRecordId(userId) }
  if (message.reactions?.[emoji]) return { where: { [field]: { $exists: true } }, also: { $addToSet } }
  const { reactionKinds = null } = message
  if ((reactionKinds ?? 0) >= LIMITS.reactionKinds) return null
  return { where: { [field]: null, reactionKinds }, also: { $addToSet, $inc: { reactionKinds: 1 } } }
}

/** The change that removes a person's reaction. */
export function reactionRemoved(emoji: string, userId: Id): MessageChange {
  const field = fieldOf(emoji)
  return { where: { [field]: { $exists: true } }, also: { $pull: { [field]: toRecordId(userId) } } }
}

/** Removes an emoji with which nobody reacts any more from a message. Nobody sees a difference, so it has no `rev`. */
export async function forgetReaction(messageId: Id, emoji: string): Promise<void> {
  const field = fieldOf(emoji)
  await MessageModel.updateOne(
    { _id: messageId, [field]: { $eq: [] } },
    { $unset: { [field]: '' }, $inc: { reactionKinds: -1 } },
  )
}

/** An emoji in its canonical form contains neither `.` nor `$`, so it can be the name of a field. */
function fieldOf(emoji: string): string {
  return `reactions.${emoji}`
}
