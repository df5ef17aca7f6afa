import { model, Schema, type Types } from 'mongoose'

/** The ban of a person from a group. */
export interface BanRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  bannedBy: Types.ObjectId
  createdAt: Date
}

const schema = new Schema<BanRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    bannedBy: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ conversationId: 1, userId: 1 }, { unique: true })

export const BanModel = model<BanRecord>('Ban', schema, 'bans')
