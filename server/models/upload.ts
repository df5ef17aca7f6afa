import { model, Schema, type Types } from 'mongoose'
import type { UploadKind } from '#shared/domain/files'

/** An upload: a file, from the moment that someone begins to send it. */
export interface UploadRecord {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  /** Null: a person's own picture. */
  conversationId: Types.ObjectId | null
  /** The message that it was sent with. Null: not sent; it is swept after a day unless it is `inUse`. */
  messageId: Types.ObjectId | null
  /** The `seq` of that message, which decides who may see the file. Null until the message is known to be written. */
  messageSeq: number | null
  /** The clientId of that message. A send that broke off finds its files by it. */
  clientId: string | null
  /** Whether it is the current picture of a person or group. */
  inUse: boolean
  kind: UploadKind
  /**
   * The storage key of its bytes: the original, or the version of a picture without metadata. The key of a copy only
   * names their folder.
   */
  key: string
  /** Only of a copy, for a forwarded message: the storage key of the bytes, which it shares with other uploads. */
  sharedKey?: string
  /** The store's own id of the unfinished upload. */
  multipartId: string
  name: string
  mime: string
  size: number
  /** `removed`: nobody can read it any more, and its objects are about to be deleted. */
  status: 'pending' | 'completing' | 'complete' | 'removed'
  width: number | null
  height: number | null
  /** Only of a voice message: as claimed, and as measured once it is complete. */
  durationMs: number | null
  waveform: number[] | null
  /** The storage keys of the two thumbnails. */
  thumbnails: { small: string; large: string } | null
  /** When the process that completes it last reported that it still does. */
  completingAt: Date | null
  createdAt: Date
  /** Until when it is not swept, because a scheduled message has it. */
  keptUntil?: Date | null
}

const schema = new Schema<UploadRecord>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true, index: true },
    conversationId: { type: Schema.Types.ObjectId, default: null, index: true },
    messageId: { type: Schema.Types.ObjectId, default: null, index: true },
    messageSeq: { type: Number, default: null },
    clientId: { type: String, default: null },
    inUse: { type: Boolean, default: false },
    kind: { type: String, required: true },
    key: { type: String, required: true, unique: true },
    sharedKey: { type: String },
    multipartId: { type: String, required: true },
    name: { type: String, required: true },
    mime: { type: String, required: true },
    size: { type: Number, required: true },
    status: { type: String, required: true },
    width: { type: Number, default: null },
    height: { type: Number, default: null },
    durationMs: { type: Number, default: null },
    waveform: { type: Schema.Types.Mixed, default: null },
    thumbnails: { type: Schema.Types.Mixed, default: null },
    completingAt: { type: Date, default: null },
    keptUntil: { type: Date },
    createdAt: { type: Date, required: true, index: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

schema.index({ status: 1 })

export const UploadModel = model<UploadRecord>('Upload', schema, 'uploads')
