import { model, Schema, type Types } from 'mongoose'
import type { Right } from '#shared/domain/permissions'

/** The rights that a person who left a group was denied. They are denied again if the person joins again. */
export interface RestrictionRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  deny: Right[]
  until: Date | null
}

const schema = new Schema<RestrictionRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    deny: { type: [String], required: true },
    until: { type: Date, default: null },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ conversationId: 1, userId: 1 }, { unique: true })
schema.index({ until: 1 }, { expireAfterSeconds: 0 })

export const RestrictionModel = model<RestrictionRecord>('Restriction', schema, 'restraints')
