import { model, Schema, type Types } from 'mongoose'
import type { ServerRole } from '#shared/domain/serverRoles'
import type { Language } from '#shared/domain/languages'
import type { Privacy } from '#shared/domain/privacy'
import type { NotificationSettings } from '#shared/schemas/notifications'

export interface UserRecord {
  _id: Types.ObjectId
  /** Lower case. */
  email: string
  /** Lower case. */
  username: string
  displayName: string
  about: string
  passwordHash: string
  /** Counts the changes of the password. Absent before the first one. */
  passwordGeneration?: number
  /** The upload that is the person's picture. */
  avatarId: Types.ObjectId | null
  /** The folded words that a search matches by their beginning, and the version of the rule that made them. */
  searchKeys: string[]
  searchVersion: number
  /** What the person has set of how they are told of messages. */
  notifications?: Partial<NotificationSettings>
  /** Whether links that they send get previews. Absent: they do. */
  linkPreviews?: boolean
  /** The role on the server as a whole. Absent: none. */
  serverRole?: ServerRole
  /** When an administrator suspended the account. Absent: it is not suspended. */
  suspendedAt?: Date
  /** Whether the account is suspended because nobody has let it in yet. */
  awaitsApproval?: boolean
  /** When the address was shown to be their own. Null: not yet. Absent: nobody asked, as without mail. */
  emailVerifiedAt?: Date | null
  /** The language of their mails: that of the page where they signed in last. */
  language?: Language
  /** What the person has set of who may do what. Absent: nothing. */
  privacy?: Partial<Privacy>
  lastSeenAt: Date | null
  createdAt: Date
}

/** The part of a user that others may see. */
export type PersonRecord = Pick<UserRecord, '_id' | 'username' | 'displayName' | 'about' | 'avatarId' | 'lastSeenAt'>

const schema = new Schema<UserRecord>(
  {
    email: { type: String, required: true, unique: true },
    username: { type: String, required: true, unique: true },
    displayName: { type: String, required: true },
    about: { type: String, default: '' },
    avatarId: { type: Schema.Types.ObjectId, default: null },
    passwordHash: { type: String, required: true, select: false },
    passwordGeneration: Number,
    searchKeys: { type: [String], required: true, index: true },
    // Users who were stored before there were versions have version 1.
    searchVersion: { type: Number, default: 1, index: true },
    notifications: { type: Schema.Types.Mixed, default: undefined },
    linkPreviews: Boolean,
    serverRole: String,
    suspendedAt: Date,
    awaitsApproval: Boolean,
    emailVerifiedAt: Date,
    language: String,
    privacy: { type: Schema.Types.Mixed, default: undefined },
    lastSeenAt: { type: Date, default: null },
    createdAt: { type: Date, default: Date.now },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ suspendedAt: 1 }, { partialFilterExpression: { suspendedAt: { $exists: true } } })
schema.index({ serverRole: 1 }, { partialFilterExpression: { serverRole: { $exists: true } } })

export const UserModel = model<UserRecord>('User', schema, 'users')
