import { model, Schema, type Types } from 'mongoose'

/** A link that works once: whoever has it may do one thing with one account. */
export interface AccountLinkRecord {
  /** The hash of its token. */
  _id: string
  /** `reset`: to choose a new password. `verify`: to show that an address is one's own. */
  purpose: 'reset' | 'verify'
  userId: Types.ObjectId
  /** The address that it was mailed to. Null: an administrator handed it over. */
  mailedTo: string | null
  /** The generation of the password that a link of the purpose `reset` works for. A change of the password ends it. */
  passwordGeneration?: number
  expiresAt: Date
}

const schema = new Schema<AccountLinkRecord>(
  {
    _id: { type: String, required: true },
    purpose: { type: String, required: true },
    userId: { type: Schema.Types.ObjectId, required: true, index: true },
    mailedTo: { type: String, default: null },
    passwordGeneration: Number,
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export const AccountLinkModel = model<AccountLinkRecord>('AccountLink', schema, 'accountLinks')
