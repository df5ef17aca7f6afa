import { model, Schema, type Types } from 'mongoose'

/** An invite link: everyone who has it may join the group. */
export interface InviteRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  token: string
  createdBy: Types.ObjectId
  createdAt: Date
  expiresAt: Date | null
  maxUses: number | null
  uses: number
  /** The uses that are left, if they are limited. Otherwise it is negative and means nothing. */
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
