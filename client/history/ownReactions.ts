import type { Message } from '#shared/schemas/message'

/**
 * An event names only the first people of each reaction and does not say whether I am among the others. What was known
 * of that before stays, as long as there are others.
 * @param before the message as it was known
 */
export function withMine(message: Message, before: Message | undefined): Message {
  const mine = new Set(before?.reactions.filter((reaction) => reaction.mine).map(({ emoji }) => emoji))
  if (mine.size === 0) return message
  const isUnsaid = (reaction: Message['reactions'][number]) =>
    reaction.mine === undefined && mine.has(reaction.emoji) && reaction.count > reaction.userIds.length
  if (!message.reactions.some(isUnsaid)) return message
  const reactions = message.reactions.map((reaction) => (isUnsaid(reaction) ? { ...reaction, mine: true } : reaction))
  return { ...message, reactions }
}
