import { z } from 'zod'
import type { FileSummary } from '../domain/attachments'
import { SHARED_KINDS } from '../domain/files'
import type { SystemNotice } from '../domain/groups'
import { isVisible } from '../domain/text/clean'
import { canonicalEmoji } from '../domain/text/emoji'
import { LIMITS } from '../limits'
import { clientId, objectId, plainText, position, queryNumber } from './fields'
import { rule } from './issues'

export const messageText = plainText(LIMITS.messageCharacters).refine(
  isVisible,
  rule('blank', 'A message needs some text.'),
)

const sendFields = {
  clientId,
  /** It may be empty if files are sent. */
  text: plainText(LIMITS.messageCharacters).default(''),
  uploadIds: z
    .array(objectId)
    .max(LIMITS.attachments, `At most ${LIMITS.attachments} files.`)
    .refine((ids) => new Set(ids).size === ids.length, 'A message can have each file only once.')
    .default([]),
  replyToId: objectId.nullish(),
}

/** Whether a message has something to read or to look at. */
function hasContent({ text, uploadIds }: { text: string; uploadIds: string[] }): boolean {
  return uploadIds.length > 0 || isVisible(text)
}
const emptyMessage = { ...rule('blank', 'A message needs some text.'), path: ['text'] }

export const sendInput = z.strictObject(sendFields).refine(hasContent, emptyMessage)
/** The same, with the conversation's id, as the socket sends it. */
export const sendHereInput = z
  .strictObject({ ...sendFields, conversationId: objectId })
  .refine(hasContent, emptyMessage)

export const sharedQuery = z.strictObject({
  kind: z.enum(SHARED_KINDS),
  before: queryNumber(position).optional(),
  after: queryNumber(position).optional(),
  limit: queryNumber(z.int().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault),
})

export const editInput = z.strictObject({ text: messageText })
const reaction = z
  .string()
  .max(64)
  .transform((text, context) => {
    const emoji = canonicalEmoji(text)
    if (emoji) return emoji
    context.addIssue({ code: 'custom', message: 'This is not one emoji.' })
    return z.NEVER
  })

export const messageParams = z.strictObject({ id: objectId, messageId: objectId })
export const reactionParams = messageParams.extend({ emoji: reaction })
/** The same, as the socket sends it. */
export const reactionInput = z.strictObject({ conversationId: objectId, messageId: objectId, emoji: reaction })
/** Asks who has reacted, with one emoji or any. `after` is the last person of the page before. */
export const reactorsQuery = z.strictObject({
  emoji: reaction.optional(),
  after: objectId.optional(),
  limit: queryNumber(z.int().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault),
})

const distinct = (ids: string[]) => new Set(ids).size === ids.length

export const forwardInput = z.strictObject({
  /** In the order in which they are sent. */
  messageIds: z
    .array(objectId)
    .min(1)
    .max(LIMITS.forwardMessages)
    .refine(distinct, 'Each message can be forwarded only once.'),
  to: z.array(objectId).min(1).max(LIMITS.forwardTargets).refine(distinct, 'Name each conversation only once.'),
  withNames: z.boolean(),
  /** Tells two forwards of the same messages apart. The same request with the same one makes no second message. */
  clientId: clientId.optional(),
})

export const savedParams = z.strictObject({ messageId: objectId })

/** Asks for pins, or saved messages. `after` is the last message of the page before. */
export const messagesQuery = z.strictObject({
  after: objectId.optional(),
  limit: queryNumber(z.int().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault),
})

/** Asks for a page of a thread: before or after a `seq`; with neither, the newest page. */
export const threadQuery = z
  .strictObject({
    before: queryNumber(position).optional(),
    after: queryNumber(position).optional(),
    limit: queryNumber(z.int().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, 'Use only one of before and after.')

/**
 * Asks for a page of a conversation: before, after or around a `seq`, or around the first message from a time on; with
 * none of these, the newest page.
 */
export const historyQuery = z
  .strictObject({
    before: queryNumber(position).optional(),
    after: queryNumber(position).optional(),
    around: queryNumber(position).optional(),
    at: z.iso.datetime().optional(),
    limit: queryNumber(z.int().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault),
  })
  .refine(
    ({ before, after, around, at }) => [before, after, around, at].filter((given) => given !== undefined).length <= 1,
    'Use only one of before, after, around and at.',
  )

export type SendInput = z.infer<typeof sendInput>
export type ThreadQuery = z.infer<typeof threadQuery>
export type ForwardInput = z.infer<typeof forwardInput>
export type SharedQuery = z.infer<typeof sharedQuery>
export type HistoryQuery = z.infer<typeof historyQuery>

/** The message that a reply answers, with what the reply shows of it. */
export interface ReplyReference {
  id: string
  seq: number
  senderId: string | null
  /** Empty for a deleted message, and for one without text. */
  excerpt: string
  /** The files of a message without text. */
  files: FileSummary | null
}

export interface Attachment {
  id: string
  kind: 'file' | 'image' | 'voice'
  name: string
  mime: string
  size: number
  url: string
  thumbnailUrl: string | null
  width: number | null
  height: number | null
  /** Only of a voice message, like the waveform: `LIMITS.voicePoints` numbers from 0 to 1. */
  durationMs: number | null
  waveform: number[] | null
}

/** The reactions to a message with one emoji. */
export interface Reaction {
  emoji: string
  count: number
  /** The people who reacted: the first `LIMITS.reactorsShown`. */
  userIds: string[]
  /** Whether the reader did. Only where the answer is for one person: events are the same for everyone. */
  mine?: boolean
}

/** What a message shows of the page that its first link leads to. Texts are empty if the page does not say. */
export interface LinkPreview {
  /** The link. */
  url: string
  title: string
  description: string
  /** What the page calls its site. It may call it anything. */
  site: string
  imageUrl: string | null
}

export interface Message {
  id: string
  conversationId: string
  seq: number
  rev: number
  clientId: string | null
  kind: 'text' | 'system'
  senderId: string | null
  text: string
  /** What a system message says. The page translates it into the reader's language. */
  notice: SystemNotice | null
  attachments: Attachment[]
  /** The ids of people who have listened to its voice message: the first `LIMITS.hearers`, without the sender. */
  heardBy: string[]
  replyTo: ReplyReference | null
  /** The first message of the thread that it answers. Null: it answers nothing. */
  threadId: string | null
  /** How many messages answer the thread that it begins. */
  replies: number
  /** Who wrote what was forwarded. Null: it was not forwarded, or without a name. */
  forwardedFrom: { senderId: string } | null
  /** The ids of the members whom the text mentions. Other people in it are only text. */
  mentions: string[]
  /** Whether it mentions everybody. */
  mentionsAll: boolean
  /** In the order in which each emoji was first used. */
  reactions: Reaction[]
  pinned: boolean
  /** Null: it has no link, or none with a preview, or the preview is not made yet. */
  preview: LinkPreview | null
  editedAt: string | null
  deletedAt: string | null
  createdAt: string
}

/** Pinned or saved messages, the newest pin or the one that was saved last first. */
export interface MarkedPage {
  messages: Message[]
  /** The `after` of the next request. Null: there are no more. */
  next: string | null
}

export interface MessagePage {
  /** The messages, ascending by `seq`. */
  messages: Message[]
  /** Whether there are more in the requested direction; for `around`, in either direction. */
  hasMore: boolean
}
