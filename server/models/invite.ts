import { model, Schema, type Types } from 'mongoose'

/** A link that lets whoever holds it into a group. */
export interface InviteRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  token: string
  createdBy: Types.ObjectId
  createdAt: Date
  expiresAt: Date | null
  maxUses: number | null
  uses: number
  /** Uses that are left where they are limited; below zero and meaningless where they are not. */
  remaining: number
}

const schema = new Schema<InviteRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true, index: true },
    token: { type: String, required: true, unique: true },
    createdBy: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    maxUses: { type: Number, default: null },
    uses: { type: Number, required: true },
    remaining: { type: Number, default: 0 },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

export const InviteModel = model<InviteRecord>('Invite', schema, 'invites')
