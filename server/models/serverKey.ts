import { model, Schema } from 'mongoose'

/** A pair of keys of this chat itself, made once and shared by all tasks. */
export interface ServerKeyRecord {
  /** What it is for. */
  _id: string
  publicKey: string
  privateKey: string
}

const schema = new Schema<ServerKeyRecord>(
  {
    _id: { type: String, required: true },
    publicKey: { type: String, required: true },
    privateKey: { type: String, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

export const ServerKeyModel = model<ServerKeyRecord>('ServerKey', schema, 'serverKeys')
