import { model, Schema, type Types } from 'mongoose'
import type { Language } from '#shared/domain/languages'

/** Where and how one session is sent pushes. It ends with the session. */
export interface PushSubscriptionRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  sessionId: Types.ObjectId
  endpoint: string
  p256dh: string
  auth: string
  language: Language
  createdAt: Date
}

const schema = new Schema<PushSubscriptionRecord>(
  {
    userId: { type: Schema.Types.ObjectId, required: true, index: true },
    sessionId: { type: Schema.Types.ObjectId, required: true, unique: true },
    endpoint: { type: String, required: true, unique: true },
    p256dh: { type: String, required: true },
    auth: { type: String, required: true },
    language: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

export const PushSubscriptionModel = model<PushSubscriptionRecord>('PushSubscription', schema, 'pushSubscriptions')
