import { keysOfWord, wordsOf } from '#shared/domain/search/terms'
import type { HasKind } from '#shared/domain/search/query'
import { withoutMentions } from '#shared/domain/text/mentions'
import { fold } from '#shared/domain/text/fold'
import { presentMessage } from '../../presenters/message'
import type { MessageRecord } from '../../repositories/messages'

/** The key of a segment with more keys than can be kept. Anything may be in it. */
export const ANYTHING = '*'

// Keys of filters. They have a character that no word has.
export const senderKey = (userId: string) => `@${userId}`
/** @param mentioned the id of a person, or `EVERYBODY` */
export const mentionKey = (mentioned: string) => `>${mentioned}`
export const hasKey = (kind: HasKind) => `has:${kind}`
export const PINNED_KEY = 'is:pinned'

/** The texts of a message that are searched. The ids of mentions are no words. */
export function searchedTexts({ text, attachments }: MessageRecord): string[] {
  return [withoutMentions(text), ...(attachments ?? []).map(({ name }) => name)]
}

/** What a message has, of what can be searched for with `has:`. */
export function hasKindsOf({ shares, attachments }: MessageRecord): HasKind[] {
  return [...(shares?.includes('links') ? (['link'] as const) : []), ...(attachments ?? []).map(({ kind }) => kind)]
}

/** Whether a message can be found at all. */
export function isSearchable({ kind, deletedAt }: MessageRecord): boolean {
  return kind === 'text' && deletedAt === null
}

/** Everything that a message can be looked up by. */
export function keysOfMessage(message: MessageRecord): string[] {
  if (!isSearchable(message)) return []
  const { pinned } = presentMessage(message)
  return [
    ...[...new Set(wordsOf(fold(searchedTexts(message).join('\n'))))].flatMap(keysOfWord),
    senderKey(message.senderId.toString()),
    ...hasKindsOf(message).map(hasKey),
    ...(pinned ? [PINNED_KEY] : []),
    ...(message.mentions ?? []).map(mentionKey),
  ]
}
