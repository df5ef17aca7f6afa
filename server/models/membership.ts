import { model, Schema, type Types } from 'mongoose'
import type { Block } from '#shared/domain/blocks'
import type { Right, Role } from '#shared/domain/permissions'

/** A person's membership of a conversation. Without it the conversation does not exist for them. */
export interface MembershipRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  role: Role
  /** Single rights that this member was given (`allow`) and denied (`deny`). Both end at `until`; null: never. */
  allow: Right[]
  deny: Right[]
  until: Date | null
  /** The `seq` of the newest message when the person joined. */
  joinedSeq: number
  /** The read position: the person has read everything up to this `seq`. */
  readSeq: number
  /** How the read position last moved: from which `seq` and when. Absent: not since this is stored. */
  lastRead?: { after: number; at: Date }
  notify: 'all' | 'mentions' | 'none'
  /** Whether the person has chosen `notify`. Absent: if it is `all`, the default of the group holds. */
  notifyChosen?: boolean
  /** The first messages of the threads that they follow, the newest last, and of those that they no longer want to follow. */
  follows?: Types.ObjectId[]
  unfollows?: Types.ObjectId[]
  mutedUntil: Date | null
  pinned: boolean
  /** The place among the pinned ones, smaller numbers first. */
  pinOrder?: number
  archived: boolean
  /** The newest `seq` when it was archived. */
  archivedSeq?: number
  /** What takes it out of the archive. */
  returnsWith?: 'mention' | 'message'
  markedUnread?: boolean
  /** The `seq` up to which the person has cleared the history for themselves. */
  clearedSeq?: number
  joinedAt: Date
  /** When the person last edited a message while slow mode was on. */
  lastEditAt?: Date | null
  /** Who has blocked whom, in a direct conversation: a copy of the blocks, so that a send asks for nothing more. */
  block?: Block
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
    lastRead: { type: Schema.Types.Mixed },
    notify: { type: String, required: true },
    notifyChosen: { type: Boolean },
    follows: { type: [Schema.Types.ObjectId], default: undefined },
    unfollows: { type: [Schema.Types.ObjectId], default: undefined },
    mutedUntil: { type: Date, default: null },
    pinned: { type: Boolean, required: true },
    pinOrder: { type: Number },
    archived: { type: Boolean, required: true },
    archivedSeq: { type: Number },
    returnsWith: { type: String },
    markedUnread: { type: Boolean },
    clearedSeq: { type: Number },
    joinedAt: { type: Date, required: true },
    lastEditAt: { type: Date },
    block: { type: String },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ conversationId: 1, userId: 1 }, { unique: true })

export const MembershipModel = model<MembershipRecord>('Membership', schema, 'memberships')
