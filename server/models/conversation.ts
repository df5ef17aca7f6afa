import { model, Schema, type Types } from 'mongoose'
import type { Right, Role } from '#shared/domain/permissions'

export interface GroupSettings {
  /** What newcomers see: everything, or what was written since they joined. */
  history: 'all' | 'joined'
  slowModeSeconds: number
  joinApproval: boolean
}

export interface ConversationRecord {
  _id: Types.ObjectId
  kind: 'direct' | 'group'
  /** Both ids of a pair, sorted: what makes their conversation the only one. */
  directKey?: string
  /** Of a group. */
  name: string | null
  description: string | null
  /** The upload that is the group's picture. */
  avatarId: Types.ObjectId | null
  ownerId: Types.ObjectId | null
  /** The lowest role of each right, where it is not the default. */
  permissions: Partial<Record<Right, Role>>
  settings: GroupSettings
  memberCount: number
  /** `seq` of the newest message; the messages themselves are the truth (repositories/messages.append). */
  seq: number
  /** `rev` of the newest change. */
  rev: number
  lastMessageId: Types.ObjectId | null
  /** Time of the newest message, or of the beginning. */
  activeAt: Date
  createdAt: Date
  updatedAt: Date
}

const schema = new Schema<ConversationRecord>(
  {
    kind: { type: String, required: true },
    directKey: { type: String },
    name: { type: String, default: null },
    description: { type: String, default: null },
    avatarId: { type: Schema.Types.ObjectId, default: null },
    ownerId: { type: Schema.Types.ObjectId, default: null },
    permissions: { type: Schema.Types.Mixed, default: {} },
    settings: { type: Schema.Types.Mixed, required: true },
    memberCount: { type: Number, required: true },
    seq: { type: Number, required: true },
    rev: { type: Number, required: true },
    lastMessageId: { type: Schema.Types.ObjectId, default: null },
    activeAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
)
schema.index({ directKey: 1 }, { unique: true, partialFilterExpression: { directKey: { $exists: true } } })

export const ConversationModel = model<ConversationRecord>('Conversation', schema, 'conversations')
