import { summaryOf } from '#shared/domain/attachments'
import { excerptOf } from '#shared/domain/messages'
import type { Attachment, LinkPreview, Message, Reaction, ReplyReference } from '#shared/schemas/message'
import { dayNumber } from '../common/times'

export type SendState = 'queued' | 'sending' | 'failed' | 'sent'

/** One row of the list. An unchanged row stays the same object, so that it is not drawn again. */
export interface MessageRow {
  kind: 'message'
  key: string
  /** Null until the server has it. */
  id: string | null
  /** Null until the server has given the message its `seq`. */
  seq: number | null
  clientId: string | null
  senderId: string | null
  own: boolean
  text: string
  /** Those that the server has. The uploads store knows those of an unsent message. */
  attachments: readonly Attachment[]
  /** Who has listened to its voice message. */
  heardBy: string[]
  reactions: readonly Reaction[]
  /** Null until the server has said whom it mentions. */
  mentions: readonly string[] | null
  mentionsAll: boolean
  at: string
  state: SendState
  /** The stable code of why it was not sent. */
  error: string | null
  edited: boolean
  deleted: boolean
  replyTo: ReplyReference | null
  pinned: boolean
  preview: LinkPreview | null
  /** How many messages answer it. */
  replies: number
  /** Who wrote what was forwarded. */
  forwardedFrom: string | null
  /** Whether it is the first, and the last, of a run of bubbles by one person. */
  first: boolean
  last: boolean
}
export type Row =
  | MessageRow
  | ({ kind: 'system'; key: string; seq: number; at: string } & Pick<Message, 'text' | 'notice' | 'senderId'>)
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }

export interface PendingMessage {
  clientId: string
  text: string
  createdAt: string | number
  replyToId?: string | null
  /** `sent`: it is acknowledged and waits for the messages before it. */
  state: SendState
  error?: { code: string } | null
}

export interface RowsInput {
  messages: readonly Message[]
  pending: readonly PendingMessage[]
  hasOlder: boolean
  hasNewer: boolean
  firstUnreadSeq: number | null
  me: string
  /** Messages that are shown as deleted before the server knows. */
  deletions: ReadonlyMap<string, unknown>
  /** Whether nothing is left of deleted messages. */
  hideDeleted: boolean
}

const GROUP_WITHIN_MS = 5 * 60_000
const NONE: readonly Attachment[] = []
const NOBODY: string[] = []
const NO_REACTIONS: readonly Reaction[] = []

/** Makes the function that makes the rows of one list. It remembers its last rows, so each list has its own. */
export function createRowMaker(): (input: RowsInput) => Row[] {
  const quotes = new Map<string, ReplyReference | null>()
  let before = new Map<string, Row>()

  return ({ messages, pending, hasOlder, hasNewer, firstUnreadSeq, me, deletions, hideDeleted }) => {
    const rows: Row[] = []
    const now = new Map<string, Row>()
    let last: { row: Row; time: number } | null = null
    /** The newest day so far. Days never go back, so that each has one line whatever the clocks say. */
    let today = -Infinity
    let unreadShown = firstUnreadSeq === null

    /** The quote of an unsent reply. It is made once, so that the row stays the same object. */
    function quoteOf({ clientId, replyToId }: PendingMessage): ReplyReference | null {
      if (!replyToId) return null
      if (!quotes.has(clientId)) quotes.set(clientId, referenceTo(messages.find(({ id }) => id === replyToId)))
      return quotes.get(clientId) ?? null
    }

    function push(row: Row) {
      const known = before.get(row.key)
      const kept = known && sameRow(known, row) ? known : row
      now.set(row.key, kept)
      rows.push(kept)
    }

    function addRow(row: MessageRow | Extract<Row, { kind: 'system' }>, { time, day }: Moment) {
      // While there are older messages, it is not known whether the day begins here.
      const newDay = last ? day > today : !hasOlder
      today = Math.max(today, day)
      const unread = !unreadShown && row.seq !== null && row.seq >= firstUnreadSeq!
      if (unread) unreadShown = true
      // A part of the history that begins after that message does not show its line.
      const line = unread && (last !== null || row.seq === firstUnreadSeq || !hasOlder)
      const goesOn =
        row.kind === 'message' &&
        last?.row.kind === 'message' &&
        last.row.senderId === row.senderId &&
        time - last.time < GROUP_WITHIN_MS &&
        !newDay &&
        !line
      if (row.kind === 'message') row.first = !goesOn
      if (last) {
        if (last.row.kind === 'message') last.row.last = !goesOn
        push(last.row)
      }
      if (newDay) push({ kind: 'day', key: `day${day}`, at: row.at })
      if (line) push({ kind: 'unread', key: 'unread' })
      last = { row, time }
    }

    for (const message of messages) {
      const isDeleted = message.deletedAt !== null || deletions.has(message.id)
      if (isDeleted && hideDeleted) continue
      addRow(rowOf(message, me, isDeleted), moment(message.createdAt))
    }
    if (!hasNewer) {
      const arrived = arrivedOf(messages, pending)
      for (const entry of pending) {
        if (!arrived.has(entry.clientId)) addRow(pendingRow(entry, me, quoteOf(entry)), moment(entry.createdAt))
      }
    }
    if (last) push((last as { row: Row }).row)
    before = now
    return rows
  }
}

interface Moment {
  time: number
  day: number
}

function moment(at: string | number): Moment {
  return { time: new Date(at).getTime(), day: dayNumber(at) }
}

function rowOf(message: Message, me: string, deleted: boolean): MessageRow | Extract<Row, { kind: 'system' }> {
  if (message.kind === 'system') {
    const { id, seq, text, notice, senderId, createdAt } = message
    return { kind: 'system', key: id, seq, text, notice, senderId, at: createdAt }
  }
  const own = message.senderId === me
  return {
    kind: 'message',
    // The bubble stays the same one when the server has the message.
    key: (own && message.clientId) || message.id,
    id: message.id,
    seq: message.seq,
    clientId: message.clientId,
    senderId: message.senderId,
    own,
    text: message.text,
    attachments: message.attachments,
    heardBy: message.heardBy ?? NOBODY,
    reactions: message.reactions,
    mentions: message.mentions,
    mentionsAll: message.mentionsAll,
    at: message.createdAt,
    state: 'sent',
    error: null,
    edited: message.editedAt !== null,
    deleted,
    replyTo: message.replyTo,
    pinned: message.pinned,
    // Messages that this browser has kept from before there were previews have none.
    preview: message.preview ?? null,
    replies: message.replies,
    forwardedFrom: message.forwardedFrom?.senderId ?? null,
    first: true,
    last: true,
  }
}

function referenceTo(message: Message | undefined): ReplyReference | null {
  if (!message) return null
  const { id, seq, senderId, text, attachments } = message
  const excerpt = excerptOf(text)
  return { id, seq, senderId, excerpt, files: excerpt === '' ? summaryOf(attachments) : null }
}

function pendingRow(entry: PendingMessage, me: string, replyTo: ReplyReference | null): MessageRow {
  return {
    kind: 'message',
    key: entry.clientId,
    id: null,
    seq: null,
    clientId: entry.clientId,
    senderId: me,
    own: true,
    text: entry.text,
    attachments: NONE,
    heardBy: NOBODY,
    reactions: NO_REACTIONS,
    mentions: null,
    mentionsAll: false,
    at: new Date(entry.createdAt).toISOString(),
    state: entry.state,
    error: entry.error?.code ?? null,
    edited: false,
    deleted: false,
    replyTo,
    pinned: false,
    preview: null,
    replies: 0,
    forwardedFrom: null,
    first: true,
    last: true,
  }
}

/** The pending messages that have arrived already, because the event can come before the answer. */
function arrivedOf(messages: readonly Message[], pending: readonly PendingMessage[]): Set<string> {
  return pending.length === 0 ? new Set() : new Set(messages.slice(-100).map(({ clientId }) => clientId ?? ''))
}

function sameRow(one: Row, other: Row): boolean {
  const left = one as unknown as Record<string, unknown>
  const right = other as unknown as Record<string, unknown>
  for (const key in right) if (left[key] !== right[key]) return false
  return true
}
