import { model, Schema, type Types } from 'mongoose'
import type { FileSummary } from '#shared/domain/attachments'
import type { SharedKind } from '#shared/domain/files'
import type { SystemNotice } from '#shared/domain/groups'

interface ReplyRecord {
  id: Types.ObjectId
  seq: number
  senderId: Types.ObjectId | null
  excerpt: string
  files: FileSummary | null
}

/** A file of a message, as much of it as showing it needs; the upload itself holds the rest. */
export interface AttachmentRecord {
  id: Types.ObjectId
  kind: 'file' | 'image' | 'voice'
  name: string
  mime: string
  size: number
  hasThumbnail: boolean
  width: number | null
  height: number | null
  /** Of a voice message. */
  durationMs: number | null
  waveform: number[] | null
}

export interface MessageRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  /** Place in the conversation, from 1, without gaps. */
  seq: number
  /** Number of the newest change to this message, in the conversation's count of changes. */
  rev: number
  senderId: Types.ObjectId
  clientId: string
  kind: 'text' | 'system'
  text: string
  /** What a system message tells. */
  notice: SystemNotice | null
  attachments: AttachmentRecord[]
  /** Who has listened to its voice message. */
  heardBy?: Types.ObjectId[]
  /** What the conversation's list of shared things finds the message under. */
  shares: SharedKind[]
  replyTo: ReplyRecord | null
  editedAt: Date | null
  deletedAt: Date | null
  /** When it was last changed in any way; absent: never. */
  changedAt?: Date
  createdAt: Date
}

const schema = new Schema<MessageRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    seq: { type: Number, required: true },
    rev: { type: Number, required: true },
    senderId: { type: Schema.Types.ObjectId, required: true },
    clientId: { type: String, required: true },
    kind: { type: String, required: true },
    text: { type: String, default: '' },
    notice: { type: Schema.Types.Mixed, default: null },
    attachments: { type: Schema.Types.Mixed, default: [] },
    heardBy: { type: [Schema.Types.ObjectId], default: undefined },
    shares: { type: [String], default: [] },
    replyTo: { type: Schema.Types.Mixed, default: null },
    editedAt: { type: Date, default: null },
    deletedAt: { type: Date, default: null },
    changedAt: { type: Date },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
// The first three are what numbering, "never twice" and "changes since" stand on (repositories/messages.append).
schema.index({ conversationId: 1, seq: 1 }, { unique: true })
schema.index({ conversationId: 1, rev: 1 }, { unique: true })
schema.index({ conversationId: 1, senderId: 1, clientId: 1 }, { unique: true })
// Which of the messages after a place do not count as unread: one's own, notices, deleted ones.
schema.index({ conversationId: 1, senderId: 1, seq: 1 })
schema.index({ conversationId: 1, kind: 1, seq: 1 }, { partialFilterExpression: { kind: 'system' } })
schema.index({ conversationId: 1, seq: 1, deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } })
// What was shared in a conversation, of one kind, page by page.
schema.index({ conversationId: 1, shares: 1, seq: -1 })
// The answers that quote a message, when it is deleted.
schema.index({ 'replyTo.id': 1 }, { partialFilterExpression: { 'replyTo.id': { $exists: true } } })
// What was changed lately, when the process that changed it was cut off (services/messages/mend).
schema.index({ changedAt: 1 }, { partialFilterExpression: { changedAt: { $exists: true } } })

export const MessageModel = model<MessageRecord>('Message', schema, 'messages')
