import { model, Schema, type Types } from 'mongoose'
import type { UploadKind } from '#shared/domain/files'

/** A file, from the moment somebody wants to send it. */
export interface UploadRecord {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  /** null: a person's own picture. */
  conversationId: Types.ObjectId | null
  /** The message it was sent with; null: not sent, and swept after a day unless `inUse`. */
  messageId: Types.ObjectId | null
  /** The `seq` of that message, which decides who may see the file; null until the message is known to be written. */
  messageSeq: number | null
  /** The client id of that message: by it a send that broke off finds its files again. */
  clientId: string | null
  /** A picture that a person or group wears. */
  inUse: boolean
  kind: UploadKind
  /** Where its bytes are: what was sent, or what a picture was made into. */
  key: string
  /** The store's own name of the unfinished upload. */
  multipartId: string
  name: string
  mime: string
  size: number
  /** `removed`: nobody reads it any more, and its objects are about to go. */
  status: 'pending' | 'completing' | 'complete' | 'removed'
  width: number | null
  height: number | null
  /** Of a voice message: as claimed, and as measured once it is complete. */
  durationMs: number | null
  waveform: number[] | null
  /** Keys of the two thumbnails. */
  thumbnails: { small: string; large: string } | null
  /** When whoever completes it last said that he still does. */
  completingAt: Date | null
  createdAt: Date
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
    createdAt: { type: Date, required: true, index: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

schema.index({ status: 1 })

export const UploadModel = model<UploadRecord>('Upload', schema, 'uploads')
