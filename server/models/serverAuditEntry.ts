import { model, Schema, type Types } from 'mongoose'
import type { ServerAuditAction } from '#shared/domain/serverAudit'

/** One entry of the server's audit log. Ids grow with time, so the log is ordered by them. */
export interface ServerAuditRecord {
  _id: Types.ObjectId
  /** Null: whoever runs the server, by its settings. */
  actorId: Types.ObjectId | null
  action: ServerAuditAction
  targetId: Types.ObjectId | null
  details: Record<string, unknown>
  createdAt: Date
}

const schema = new Schema<ServerAuditRecord>(
  {
    actorId: { type: Schema.Types.ObjectId, default: null },
    action: { type: String, required: true },
    targetId: { type: Schema.Types.ObjectId, default: null },
    details: { type: Schema.Types.Mixed, default: {} },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
)
schema.index({ actorId: 1, _id: -1 })
schema.index({ targetId: 1, _id: -1 })
schema.index({ action: 1, _id: -1 })

export const ServerAuditModel = model<ServerAuditRecord>('ServerAuditEntry', schema, 'serverAuditEntries')
