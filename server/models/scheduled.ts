import { model, Schema, type Types } from 'mongoose'
import type { ErrorCode } from '#shared/errors'

/** A message that is sent later. It is removed when it is sent. */
export interface ScheduledRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  conversationId: Types.ObjectId
  at: Date
  /** The id under which it is sent, however often that is tried. */
  clientId: string
  text: string
  uploadIds: Types.ObjectId[]
  replyToId: Types.ObjectId | null
  state: 'waiting' | 'sending' | 'refused'
  reason: ErrorCode | null
  /** While a task sends it: until when no other task does. */
  leaseUntil: Date | null
  createdAt: Date
}

const schema = new Schema<ScheduledRecord>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    conversationId: { type: Schema.Types.ObjectId, required: true },
    at: { type: Date, required: true },
    clientId: { type: String, required: true },
    text: { type: String, default: '' },
    uploadIds: { type: [Schema.Types.ObjectId], default: [] },
    replyToId: { type: Schema.Types.ObjectId, default: null },
    state: { type: String, required: true },
    reason: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ userId: 1, clientId: 1 }, { unique: true })
schema.index({ state: 1, at: 1 })

export const ScheduledModel = model<ScheduledRecord>('Scheduled', schema, 'scheduled')
