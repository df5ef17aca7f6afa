import { can } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { User } from '#shared/schemas/account'
import type { Message } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { presentUser } from '../../presenters/user'
import { toRecordId } from '../../repositories/id'
import { forgetReaction, type MessageChange, type MessageRecord } from '../../repositories/messages'
import { findUsers } from '../../repositories/users'
import { inOrder } from '../conversations/inOrder'
import { authorize } from '../conversations/rights'
import { loadForChange, type MessageAddress } from './loadForChange'
import { tryUpdate } from './update'

/**
 * Adds the caller's reaction to a message. Reacting again with the same emoji changes nothing.
 * @param emoji in its canonical form
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN; INVALID when it has `LIMITS.reactionKinds` others
 */
export function setReaction(userId: string, address: MessageAddress, emoji: string): Promise<Message> {
  return change(userId, address, (message) => {
    if (peopleOf(message, emoji).includes(userId)) return null
    const field = `reactions.${emoji}`
    const add = { $addToSet: { [field]: toRecordId(userId) } }
    if (message.reactions?.[emoji]) return { where: { [field]: { $exists: true } }, also: add }
    const kinds = message.reactionKinds ?? 0
    if (kinds >= LIMITS.reactionKinds) {
      throw new AppError('INVALID', { message: `A message has at most ${LIMITS.reactionKinds} kinds of reactions.` })
    }
    // The number of kinds is part of the condition, so several tasks together stay within the limit too.
    const where = { [field]: null, reactionKinds: kinds === 0 ? (message.reactionKinds ?? null) : kinds }
    return { where, also: { ...add, $inc: { reactionKinds: 1 } } }
  })
}

/**
 * Takes the caller's reaction back. One that is not there changes nothing.
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN
 */
export async function unsetReaction(userId: string, address: MessageAddress, emoji: string): Promise<Message> {
  const message = await change(userId, address, (current) => {
    if (!peopleOf(current, emoji).includes(userId)) return null
    const field = `reactions.${emoji}`
    return { where: { [field]: { $exists: true } }, also: { $pull: { [field]: toRecordId(userId) } } }
  })
  if (!message.reactions.some((reaction) => reaction.emoji === emoji)) await forgetReaction(address.messageId, emoji)
  return message
}

/**
 * The people who reacted to a message, those with the first emoji first, and within one emoji the earliest first.
 * @param query.emoji only with this one
 * @param query.after the last person of the page before
 * @throws AppError NOT_FOUND
 */
export async function readReactors(
  userId: string,
  { conversationId, messageId }: MessageAddress,
  query: { emoji?: string; after?: string; limit: number },
): Promise<{ users: User[]; next: string | null }> {
  const { message } = await loadForChange(userId, conversationId, messageId)
  const emojis = query.emoji ? [query.emoji] : Object.keys(message.reactions ?? {})
  const ids = [...new Set(emojis.flatMap((emoji) => peopleOf(message, emoji)))]
  const begin = query.after ? ids.indexOf(query.after) + 1 : 0
  const page = ids.slice(begin, begin + query.limit)
  const users = new Map((await findUsers(page)).map((user) => [user._id.toString(), user]))
  return {
    users: page.flatMap((id) => users.get(id) ?? []).map(presentUser),
    next: begin + page.length < ids.length ? page.at(-1)! : null,
  }
}

function peopleOf({ reactions }: MessageRecord, emoji: string): string[] {
  return (reactions?.[emoji] ?? []).map(String)
}

/** Makes one conditional write, and looks again when another task has changed what it depends on. */
function change(
  userId: string,
  { conversationId, messageId }: MessageAddress,
  changeOf: (message: MessageRecord) => MessageChange | null,
): Promise<Message> {
  return inOrder(conversationId, userId, async () => {
    for (;;) {
      const { conversation, membership, message } = await loadForChange(userId, conversationId, messageId)
      authorize(can(conversation, standingOf(membership), 'react', Date.now()))
      if (message.deletedAt) throw new AppError('NOT_FOUND')
      const wanted = changeOf(message)
      const changed = wanted ? await tryUpdate(conversation, message, wanted) : message
      if (changed) return presentMessage(changed, 0, userId)
    }
  })
}
