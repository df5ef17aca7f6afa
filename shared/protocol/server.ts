import type { ErrorCode, ErrorIssue } from '../errors'
import type { Conversation, Draft, Member } from '../schemas/conversation'
import type { Message } from '../schemas/message'
import type { Scheduled } from '../schemas/scheduled'

/** The version of the protocol, which `hello` states. */
export const PROTOCOL = 1

/** The events that the server sends on its own. */
export interface ServerEvents {
  hello: {
    userId: string
    sessionId: string
    time: string
    protocol: number
    limits: { frameBytes: number; messageCharacters: number; heartbeatInterval: number }
  }
  'message.created': { message: Message }
  'message.updated': { message: Message }
  'conversation.created': { conversation: Conversation }
  'conversation.updated': { conversation: Conversation }
  'conversation.removed': { conversationId: string; reason: string }
  'member.joined': { conversationId: string; member: Member }
  'member.updated': { conversationId: string; member: Member }
  'member.left': { conversationId: string; member: Member }
  'read.updated': { conversationId: string; userId: string; lastReadSeq: number }
  /** One's own draft in a conversation; null: there is none any more. */
  'draft.updated': { conversationId: string; draft: Draft | null }
  /** One's own scheduled message; null: it was sent or cancelled. */
  'scheduled.updated': { id: string; scheduled: Scheduled | null }
  typing: { conversationId: string; userId: string; typing: boolean }
  presence: { userId: string; online: boolean; lastSeenAt: string | null }
  /** The client may have missed events, and must call sync. */
  resync: Record<string, never>
}

export type ServerEventType = keyof ServerEvents
export type ServerEvent = { [T in ServerEventType]: { type: T; data: ServerEvents[T] } }[ServerEventType]

/** The answer to one request. `id` is null if the request had none. */
export type AnswerFrame =
  | { id: number; ok: true; data: unknown }
  | {
      id: number | null
      ok: false
      error: { code: ErrorCode; message: string; issues?: ErrorIssue[]; retryAfter?: number }
    }

/** The codes with which the server closes a socket. */
export const CLOSE = {
  /** The server goes away. The client reconnects after a random delay. */
  goingAway: 1001,
  /** The client sent a broken or too large frame. */
  badFrame: 1008,
  /** The client reads too slowly. It reconnects and syncs. */
  tooSlow: 1013,
  /** The session has ended. The person must sign in again. */
  sessionEnded: 4401,
  /** The client was silent for too long. */
  idle: 4408,
  /** The client sent too many frames. */
  tooMany: 4429,
} as const
