import { LIMITS } from '../../limits'

/** What the stored `mentions` of a message have for everybody, beside the ids of people. */
export const EVERYBODY = 'all'

/** A mention as it is stored in a text: the id stays right when the person changes their name. */
const PERSON = /<@([0-9a-f]{24})>/g
/** `@all` as a word of its own: not in an address, a path or another name. */
const ALL = /(?<![\p{L}\p{N}\p{M}_@.\-/<])@all(?![\p{L}\p{N}\p{M}_@\-/]|\.[\p{L}\p{N}])/gu
/** A stored mention that was cut in the middle. */
const CUT = /<(?:@[0-9a-f]{0,24}(?=…?$)|(?=…$))/

/** The stored form of a mention. */
export function mentionOf(userId: string): string {
  return `<@${userId}>`
}

/** The ids of the people whom a text mentions, each once: the first `LIMITS.mentions`. */
export function mentionedIds(text: string): string[] {
  if (!text.includes('<@')) return []
  return [...new Set(Array.from(text.matchAll(PERSON), ([, id]) => id!))].slice(0, LIMITS.mentions)
}

/** Whether a text has `@all`. Who may use it is another question. */
export function namesAll(text: string): boolean {
  return text.includes('@all') && text.search(ALL) >= 0
}

/** A part of a text: a mention of a person, of everybody, or other text. */
export interface MentionPart {
  text: string
  /** Null: no mention of a person. */
  userId: string | null
  all: boolean
}

/** Splits a text into mentions and other text. Nothing of the text is changed or lost. */
export function splitMentions(text: string): MentionPart[] {
  if (!text.includes('@')) return [{ text, userId: null, all: false }]
  const found = [
    ...Array.from(text.matchAll(PERSON), (match) => ({ match, userId: match[1]!, all: false })),
    ...Array.from(text.matchAll(ALL), (match) => ({ match, userId: null, all: true })),
  ].sort((one, other) => one.match.index - other.match.index)
  const parts: MentionPart[] = []
  let end = 0
  for (const { match, userId, all } of found) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), userId: null, all: false })
    parts.push({ text: match[0], userId, all })
    end = match.index + match[0].length
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end), userId: null, all: false })
  return parts
}

/**
 * A text with names in the place of stored mentions, for lists and copies.
 * @param nameOf the name of a person; empty if it is not known
 */
export function withNames(text: string, nameOf: (userId: string) => string): string {
  if (!text.includes('<@')) return text
  return text.replace(PERSON, (_, id: string) => `@${nameOf(id) || '…'}`)
}

/** A text with spaces in the place of stored mentions, so that everything else stays where it is. */
export function withoutMentions(text: string): string {
  return text.includes('<@') ? text.replace(PERSON, (mention) => ' '.repeat(mention.length)) : text
}

/** A cut text without the rest of a mention that was cut in the middle. */
export function withoutCutMention(text: string): string {
  return text.replace(CUT, '')
}
