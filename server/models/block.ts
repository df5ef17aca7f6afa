import { model, Schema, type Types } from 'mongoose'

/** One person blocks another, who is not told. */
export interface BlockRecord {
  _id: Types.ObjectId
  blockerId: Types.ObjectId
  blockedId: Types.ObjectId
  createdAt: Date
}

const schema = new Schema<BlockRecord>(
  {
    blockerId: { type: Schema.Types.ObjectId, required: true },
    blockedId: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ blockerId: 1, blockedId: 1 }, { unique: true })
schema.index({ blockedId: 1, blockerId: 1 })

export const BlockModel = model<BlockRecord>('Block', schema, 'blocks')
