import { model, Schema, type Types } from 'mongoose'

/** What a person has typed in a conversation and not sent. */
export interface DraftRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  conversationId: Types.ObjectId
  text: string
  replyToId: Types.ObjectId | null
  /** The conversation's newest `seq` at that time. A later message of the person has ended the draft. */
  seq: number
  updatedAt: Date
}

const schema = new Schema<DraftRecord>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    conversationId: { type: Schema.Types.ObjectId, required: true, index: true },
    text: { type: String, default: '' },
    replyToId: { type: Schema.Types.ObjectId, default: null },
    seq: { type: Number, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ userId: 1, conversationId: 1 }, { unique: true })

export const DraftModel = model<DraftRecord>('Draft', schema, 'drafts')
