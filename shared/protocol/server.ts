import type { ErrorCode, ErrorIssue } from '../errors'
import type { Conversation, Member } from '../schemas/conversation'
import type { Message } from '../schemas/message'

/** Version of the protocol, told in `hello`. */
export const PROTOCOL = 1

/** What the server tells without being asked. */
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
  typing: { conversationId: string; userId: string; typing: boolean }
  presence: { userId: string; online: boolean; lastSeenAt: string | null }
  /** Events may have been missed: call sync. */
  resync: Record<string, never>
}

export type ServerEventType = keyof ServerEvents
export type ServerEvent = { [T in ServerEventType]: { type: T; data: ServerEvents[T] } }[ServerEventType]

/** The answer to one request. */
export type AnswerFrame =
  | { id: number; ok: true; data: unknown }
  | { id: number | null; ok: false; error: { code: ErrorCode; message: string; issues?: ErrorIssue[]; retryAfter?: number } }

/** Why the server closes a socket. */
export const CLOSE = {
  /** The server goes away: come back after a random delay. */
  goingAway: 1001,
  /** A broken or too large frame. */
  badFrame: 1008,
  /** The client reads too slowly: come back and sync. */
  tooSlow: 1013,
  /** The session ended: sign in again. */
  sessionEnded: 4401,
  /** Nothing was heard for too long. */
  idle: 4408,
  /** Too many frames. */
  tooMany: 4429,
} as const
