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

/** A file of a message, with what is needed to show it. The upload has the rest. */
export interface AttachmentRecord {
  id: Types.ObjectId
  kind: 'file' | 'image' | 'voice'
  name: string
  mime: string
  size: number
  hasThumbnail: boolean
  width: number | null
  height: number | null
  /** Only of a voice message. */
  durationMs: number | null
  waveform: number[] | null
}

/** What a message shows of the page that its first link leads to. */
export interface PreviewRecord {
  /** The link, as `previewLink` finds it in the text. */
  url: string
  /** Empty if the page does not say. */
  title: string
  description: string
  site: string
  /** The upload that is its picture. */
  imageId: Types.ObjectId | null
}

export interface MessageRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  /** The number of the message in its conversation, from 1, without gaps. */
  seq: number
  /** The number of the newest change to this message, among the changes of its conversation. */
  rev: number
  senderId: Types.ObjectId
  clientId: string
  kind: 'text' | 'system'
  text: string
  /** What a system message says. */
  notice: SystemNotice | null
  attachments: AttachmentRecord[]
  /** The people who have listened to its voice message. */
  heardBy?: Types.ObjectId[]
  /** The ids of the members whom it mentions, and `EVERYBODY` if it mentions everybody. Absent: it never mentioned anyone. */
  mentions?: string[]
  /** The people who reacted, by emoji. Counted by `reactionKinds`, so that one conditional write can refuse a 21st. */
  reactions?: Record<string, Types.ObjectId[]>
  reactionKinds?: number
  /** The `rev` of the change that pinned it, which orders pins. Absent: it is not pinned. */
  pinnedRev?: number
  /** The tabs of the conversation's shared items that list the message. */
  shares: SharedKind[]
  replyTo: ReplyRecord | null
  /** The first message of the thread that it answers. Absent: it answers nothing. */
  threadId?: Types.ObjectId
  /** Of the first message of a thread: how many messages answer it and are not deleted. */
  replies?: number
  /** Who wrote what was forwarded with a name. */
  forwardedFrom?: Types.ObjectId
  preview?: PreviewRecord
  editedAt: Date | null
  deletedAt: Date | null
  /** When it was last changed in any way. Absent: never. */
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
    mentions: { type: [String], default: undefined },
    reactions: { type: Schema.Types.Mixed, default: undefined },
    reactionKinds: { type: Number, default: undefined },
    pinnedRev: { type: Number },
    shares: { type: [String], default: [] },
    replyTo: { type: Schema.Types.Mixed, default: null },
    threadId: { type: Schema.Types.ObjectId },
    replies: { type: Number },
    forwardedFrom: { type: Schema.Types.ObjectId },
    preview: { type: Schema.Types.Mixed, default: undefined },
    editedAt: { type: Date, default: null },
    deletedAt: { type: Date, default: null },
    changedAt: { type: Date },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
// The numbering, sending once, and "changes since" rely on these three (repositories/messages).
schema.index({ conversationId: 1, seq: 1 }, { unique: true })
schema.index({ conversationId: 1, rev: 1 }, { unique: true })
schema.index({ conversationId: 1, senderId: 1, clientId: 1 }, { unique: true })
// For the messages after a `seq` that do not count as unread: people's own, system messages, deleted ones.
schema.index({ conversationId: 1, senderId: 1, seq: 1 })
schema.index({ conversationId: 1, kind: 1, seq: 1 }, { partialFilterExpression: { kind: 'system' } })
schema.index({ conversationId: 1, seq: 1, deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } })
// For the unread messages that mention a person.
schema.index({ conversationId: 1, mentions: 1, seq: 1 }, { partialFilterExpression: { mentions: { $exists: true } } })
// For the pages of one kind of a conversation's shared items.
schema.index({ conversationId: 1, shares: 1, seq: -1 })
// For the replies that quote a message, when it is deleted.
schema.index({ 'replyTo.id': 1 }, { partialFilterExpression: { 'replyTo.id': { $exists: true } } })
// For the list of pins.
schema.index({ conversationId: 1, pinnedRev: -1 }, { partialFilterExpression: { pinnedRev: { $exists: true } } })
// For the pages of a thread.
schema.index({ threadId: 1, seq: 1 }, { partialFilterExpression: { threadId: { $exists: true } } })
// For recent changes, when the process that made them was cut off (services/messages/mend).
schema.index({ changedAt: 1 }, { partialFilterExpression: { changedAt: { $exists: true } } })

export const MessageModel = model<MessageRecord>('Message', schema, 'messages')
