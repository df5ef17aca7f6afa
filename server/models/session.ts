import { model, Schema, type Types } from 'mongoose'

/** A session: one signed-in browser. It ends when its record is deleted, by signing out, by revocation or by expiry. */
export interface SessionRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  /** Counts the refresh tokens of this session. Only the newest is valid. */
  generation: number
  rotatedAt: Date
  /** The generation of the password that opened it. Absent: 0. */
  passwordGeneration?: number
  userAgent: string
  ip: string
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

const schema = new Schema<SessionRecord>(
  {
    userId: { type: Schema.Types.ObjectId, required: true, index: true },
    generation: { type: Number, required: true },
    rotatedAt: { type: Date, required: true },
    passwordGeneration: Number,
    userAgent: { type: String, default: '' },
    ip: { type: String, default: '' },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export const SessionModel = model<SessionRecord>('Session', schema, 'sessions')
