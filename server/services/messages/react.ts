import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { User } from '#shared/schemas/account'
import type { Message } from '#shared/schemas/message'
import { presentUser } from '../../presenters/user'
import type { MessageChange, MessageRecord } from '../../repositories/messages'
import { forgetReaction, peopleWith, reactionAdded, reactionRemoved } from '../../repositories/reactions'
import { findPeopleFor } from '../people/seen'
import { inOrder } from '../conversations/inOrder'
import { changeIf } from './changeIf'
import { loadForChange, type MessageAddress } from './loadForChange'

/**
 * Adds the caller's reaction to a message. Reacting again with the same emoji changes nothing.
 * @param emoji in its canonical form
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN; INVALID when it has `LIMITS.reactionKinds` others
 */
export function setReaction(userId: string, address: MessageAddress, emoji: string): Promise<Message> {
  return change(userId, address, (message) => {
    if (peopleWith(message, emoji).includes(userId)) return null
    const added = reactionAdded(message, emoji, userId)
    if (added) return added
    throw new AppError('INVALID', { message: `A message has at most ${LIMITS.reactionKinds} kinds of reactions.` })
  })
}

/**
 * Takes the caller's reaction back. One that is not there changes nothing.
 * @throws AppError NOT_FOUND, also for a deleted message; FORBIDDEN
 */
export async function unsetReaction(userId: string, address: MessageAddress, emoji: string): Promise<Message> {
  const message = await change(userId, address, (current) =>
    peopleWith(current, emoji).includes(userId) ? reactionRemoved(emoji, userId) : null,
  )
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
  const ids = [...new Set(emojis.flatMap((emoji) => peopleWith(message, emoji)))]
  // Who took their reaction back meanwhile ends the list, rather than beginning it again.
  const begin = !query.after ? 0 : ids.includes(query.after) ? ids.indexOf(query.after) + 1 : ids.length
  const page = ids.slice(begin, begin + query.limit)
  const users = new Map((await findPeopleFor(userId, page)).map((user) => [user._id.toString(), user]))
  return {
    users: page.flatMap((id) => users.get(id) ?? []).map(presentUser),
    next: begin + page.length < ids.length ? page.at(-1)! : null,
  }
}

async function change(
  userId: string,
  address: MessageAddress,
  changeOf: (message: MessageRecord) => MessageChange | null,
): Promise<Message> {
  const { message } = await inOrder(address.conversationId, userId, () => changeIf(userId, address, 'react', changeOf))
  return message
}
