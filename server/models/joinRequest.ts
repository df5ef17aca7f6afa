import { model, Schema, type Types } from 'mongoose'

/** A person's request to join a group, made by an invite where moderators approve newcomers. */
export interface JoinRequestRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  createdAt: Date
}

const schema = new Schema<JoinRequestRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ conversationId: 1, userId: 1 }, { unique: true })

export const JoinRequestModel = model<JoinRequestRecord>('JoinRequest', schema, 'joinRequests')
