import { summaryOf } from '#shared/domain/attachments'
import { excerptOf } from '#shared/domain/messages'
import type { Message } from '#shared/schemas/message'
import type { Messages } from './messageWindow'

/**
 * Updates the quotes of replies: they show the current text of the answered message, and nothing of a deleted one.
 * @param originals messages that may have been answered
 * @returns the same list if nothing changes
 */
export function withQuotes(messages: Messages, originals: Messages): Messages {
  if (!messages.some((message) => message.replyTo)) return messages
  const excerpts = new Map(originals.map((original) => [original.id, original]))
  let changed = false
  const quoting = messages.map((message): Message => {
    const original = message.replyTo && excerpts.get(message.replyTo.id)
    if (!message.replyTo || !original) return message
    const excerpt = original.deletedAt ? '' : excerptOf(original.text)
    const files = original.deletedAt || excerpt !== '' ? null : summaryOf(original.attachments)
    if (excerpt === message.replyTo.excerpt && (files === null) === (message.replyTo.files === null)) return message
    changed = true
    return { ...message, replyTo: { ...message.replyTo, excerpt, files } }
  })
  return changed ? quoting : messages
}
