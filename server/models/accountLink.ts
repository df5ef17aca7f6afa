import { model, Schema, type Types } from 'mongoose'

/** A link that works once: whoever has it may do one thing with one account. */
export interface AccountLinkRecord {
  /** The hash of its token. */
  _id: string
  purpose: 'reset'
  userId: Types.ObjectId
  /** The generation of the password for which it works. A change of the password ends it. */
  passwordGeneration: number
  expiresAt: Date
}

const schema = new Schema<AccountLinkRecord>(
  {
    _id: { type: String, required: true },
    purpose: { type: String, required: true },
    userId: { type: Schema.Types.ObjectId, required: true, index: true },
    passwordGeneration: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export const AccountLinkModel = model<AccountLinkRecord>('AccountLink', schema, 'accountLinks')
