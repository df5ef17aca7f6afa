import { model, Schema, type Types } from 'mongoose'

/** A username that its owner has given up, and that nobody else can take until a time. */
export interface HeldNameRecord {
  /** The username, in lower case. */
  _id: string
  userId: Types.ObjectId
  until: Date
}

const schema = new Schema<HeldNameRecord>(
  {
    _id: { type: String, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    until: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ until: 1 }, { expireAfterSeconds: 0 })

export const HeldNameModel = model<HeldNameRecord>('HeldName', schema, 'heldNames')
