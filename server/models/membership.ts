import { model, Schema, type Types } from 'mongoose'
import type { Right, Role } from '#shared/domain/permissions'

/** A person's place in a conversation. Without it the conversation does not exist for him. */
export interface MembershipRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  role: Role
  /** Single rights given to, and taken from, this member; `until` ends both, null never. */
  allow: Right[]
  deny: Right[]
  until: Date | null
  /** `seq` of the newest message when the person came in. */
  joinedSeq: number
  /** Everything up to this `seq` has been read. */
  readSeq: number
  notify: 'all' | 'mentions' | 'none'
  mutedUntil: Date | null
  pinned: boolean
  archived: boolean
  joinedAt: Date
  /** When the person last edited a message where slow mode was on. */
  lastEditAt?: Date | null
}

const schema = new Schema<MembershipRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true, index: true },
    role: { type: String, required: true },
    allow: { type: [String], default: [] },
    deny: { type: [String], default: [] },
    until: { type: Date, default: null },
    joinedSeq: { type: Number, required: true },
    readSeq: { type: Number, required: true },
    notify: { type: String, required: true },
    mutedUntil: { type: Date, default: null },
    pinned: { type: Boolean, required: true },
    archived: { type: Boolean, required: true },
    joinedAt: { type: Date, required: true },
    lastEditAt: { type: Date },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ conversationId: 1, userId: 1 }, { unique: true })

export const MembershipModel = model<MembershipRecord>('Membership', schema, 'memberships')
