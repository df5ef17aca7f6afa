import { model, Schema, type Types } from 'mongoose'
import type { AuditAction } from '#shared/domain/audit'

/** One entry of a group's audit log. Ids grow with time, so the log is ordered by them. */
export interface AuditRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  actorId: Types.ObjectId
  action: AuditAction
  targetId: Types.ObjectId | null
  details: Record<string, unknown>
  createdAt: Date
}

const schema = new Schema<AuditRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    actorId: { type: Schema.Types.ObjectId, required: true },
    action: { type: String, required: true },
    targetId: { type: Schema.Types.ObjectId, default: null },
    details: { type: Schema.Types.Mixed, default: {} },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
)
schema.index({ conversationId: 1, _id: -1 })

export const AuditModel = model<AuditRecord>('AuditEntry', schema, 'auditEntries')
