import { model, Schema, type Types } from 'mongoose'

/** The second factor of a person: a secret that their authenticator app shares. */
export interface FactorRecord {
  /** The person. */
  _id: Types.ObjectId
  /** In base64. It is not encrypted: the key would have to outlive JWT_SECRET. */
  secret: string
  /** The step of the last code that was used. Codes up to there are not taken again. */
  lastStep: number
  /** The hashes of the recovery codes that are left. */
  recoveryHashes: string[]
  createdAt: Date
}

const schema = new Schema<FactorRecord>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    secret: { type: String, required: true },
    lastStep: { type: Number, required: true },
    recoveryHashes: { type: [String], required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

export const FactorModel = model<FactorRecord>('Factor', schema, 'factors')
