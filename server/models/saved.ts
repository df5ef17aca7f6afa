import { model, Schema, type Types } from 'mongoose'

/** A message that a person has saved to their own list. */
export interface SavedRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  messageId: Types.ObjectId
}

const schema = new Schema<SavedRecord>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    messageId: { type: Schema.Types.ObjectId, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ userId: 1, messageId: 1 }, { unique: true })
schema.index({ userId: 1, _id: -1 })

export const SavedModel = model<SavedRecord>('Saved', schema, 'saved')
