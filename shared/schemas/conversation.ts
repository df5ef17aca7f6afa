import { z } from 'zod'
import type { Right, Role } from '../domain/permissions'
import type { User } from './account'
import { LIMITS } from '../limits'
import { objectId, plainText, position } from './fields'
import { createGroupInput } from './group'
import type { Message } from './message'

export const createConversationInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('direct'), userId: objectId }),
  createGroupInput,
])
/** `after` is the `next` of the previous answer. */
export const conversationsQuery = z.strictObject({ after: objectId.optional() })
export const conversationParams = z.strictObject({ id: objectId })
export const readInput = z.strictObject({ seq: position })
export const mySettingsInput = z.strictObject({
  mutedUntil: z.iso.datetime().nullable().optional(),
  /** `default` is what the admins of the group have chosen. */
  notify: z.enum(['all', 'mentions', 'none', 'default']).optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  /** What brings the chat back from the archive. */
  returnsWith: z.enum(['mention', 'message']).optional(),
  markedUnread: z.boolean().optional(),
  /** Hides all messages up to this `seq` from oneself, for good. */
  clearedSeq: position.optional(),
})
/** The pinned conversations in the order in which they are listed. */
export const pinOrderInput = z.strictObject({
  conversationIds: z
    .array(objectId)
    .max(LIMITS.pinnedConversations)
    .refine((ids) => new Set(ids).size === ids.length, 'Each conversation only once.'),
})

/** What is typed and not sent. Without text and reply there is no draft. */
export const draftInput = z.strictObject({ text: plainText(LIMITS.messageCharacters), replyToId: objectId.nullish() })

export type CreateConversationInput = z.infer<typeof createConversationInput>
export type MySettingsInput = z.infer<typeof mySettingsInput>
export type DraftInput = z.infer<typeof draftInput>

/** What a person has typed in a conversation and not sent. Only their own devices know of it. */
export interface Draft {
  text: string
  replyToId: string | null
  updatedAt: string
}

/** The membership of the person who sees the conversation. */
export interface MyMembership {
  role: Role
  /** The rights that they have now. */
  rights: Right[]
  /** Rights that only they were given and denied. They let the page explain a denial and know what `until` changes. */
  allow: Right[]
  deny: Right[]
  /** When these single rights end. Null: never. */
  until: string | null
  lastReadSeq: number
  unread: number
  /** How many of the unread messages mention them. */
  mentions: number
  /** The `seq` of these messages, ascending: the first `LIMITS.mentionSeqs`. */
  mentionSeqs: number[]
  mutedUntil: string | null
  notify: 'all' | 'mentions' | 'none'
  /** Whether the person has chosen `notify` themselves. Otherwise it is the default of the group. */
  notifyChosen: boolean
  /** The first messages of the threads that they follow: the newest `LIMITS.follows`. */
  follows: string[]
  pinned: boolean
  /** The place among the pinned ones: smaller numbers come first. */
  pinOrder: number
  /** Whether it is in the archive now. */
  archived: boolean
  /** The newest `seq` when it was archived. */
  archivedSeq: number
  returnsWith: 'mention' | 'message'
  /** Whether the person has marked it as unread and not read it since. */
  markedUnread: boolean
  /** The `seq` up to which the person has cleared the history for themselves. */
  clearedSeq: number
  /** The person has blocked the other one of a direct conversation. Absent: they have not. */
  block?: 'mine'
  /** Only in answers and events that are for one person. */
  draft?: Draft | null
}

export interface Conversation {
  id: string
  kind: 'direct' | 'group'
  name: string | null
  description: string | null
  avatarUrl: string | null
  ownerId: string | null
  permissions: Partial<Record<Right, Role>>
  settings: {
    history: 'all' | 'joined'
    slowModeSeconds: number
    joinApproval: boolean
    /** Whether nothing is shown of deleted messages. Otherwise a line says that there was one. */
    hideDeleted: boolean
    /** Which messages members are told of, unless they choose something else. */
    notify: 'all' | 'mentions'
    /** Whether links in messages get previews. */
    linkPreviews: boolean
  }
  memberCount: number
  lastSeq: number
  rev: number
  lastMessage: Message | null
  /** The other person of a direct conversation. */
  peer: User | null
  me: MyMembership
  createdAt: string
  updatedAt: string
}

/** How a read position last moved: the messages after `after` were read at this time. */
export interface ReadStep {
  after: number
  at: string
}

export interface Member {
  user: User
  role: Role
  allow: Right[]
  deny: Right[]
  until: string | null
  joinedAt: string
  lastReadSeq: number
  lastRead?: ReadStep
}

export interface ConversationPage {
  /** Newest activity first. */
  conversations: Conversation[]
  /** The `after` of the next request, if there are more conversations. */
  next?: string
}
