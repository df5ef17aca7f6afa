import { model, Schema, type Types } from 'mongoose'
import type { Right, Role } from '#shared/domain/permissions'

export interface GroupSettings {
  /** Whether newcomers see all messages, or only those that are written after they join. */
  history: 'all' | 'joined'
  slowModeSeconds: number
  joinApproval: boolean
  /** Whether the page shows nothing of deleted messages. Absent: it shows that there was one. */
  hideDeleted?: boolean
  /** Which messages members are told of, unless they choose something else. Absent: all. */
  notify?: 'all' | 'mentions'
  /** Whether links get previews. Absent: they do. */
  linkPreviews?: boolean
}

export interface ConversationRecord {
  _id: Types.ObjectId
  kind: 'direct' | 'group'
  /** The sorted ids of both people in a direct conversation. Its unique index gives each pair one conversation. */
  directKey?: string
  /** The name of a group; null for a direct conversation. */
  name: string | null
  description: string | null
  /** The upload that is the group's picture. */
  avatarId: Types.ObjectId | null
  ownerId: Types.ObjectId | null
  /** The lowest role that has each right, where it differs from the default. */
  permissions: Partial<Record<Right, Role>>
  settings: GroupSettings
  memberCount: number
  /**
   * The `seq` of the newest message. It may lag behind: the messages themselves are the truth (repositories/messages).
   */
  seq: number
  /** The `rev` of the newest change. It may lag behind too. */
  rev: number
  /** The `seq` up to which its messages are in the search index. Absent: none are (services/search). */
  indexedSeq?: number
  lastMessageId: Types.ObjectId | null
  /** The time of the newest message; without one, when the conversation was created. */
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
    indexedSeq: { type: Number, default: undefined },
    lastMessageId: { type: Schema.Types.ObjectId, default: null },
    activeAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
)
schema.index({ directKey: 1 }, { unique: true, partialFilterExpression: { directKey: { $exists: true } } })
schema.index({ kind: 1, _id: -1 }, { partialFilterExpression: { kind: 'group' } })

export const ConversationModel = model<ConversationRecord>('Conversation', schema, 'conversations')
