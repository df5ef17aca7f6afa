import { model, Schema, type Types } from 'mongoose'

/**
 * Who administers the server, in one record, so that a single conditional write can keep one of them. It is never
 * empty. `serverRole` of the users follows it.
 */
export interface AdministratorsRecord {
  _id: 'all'
  userIds: Types.ObjectId[]
}

const schema = new Schema<AdministratorsRecord>(
  { _id: { type: String, required: true }, userIds: { type: [Schema.Types.ObjectId], required: true } },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

export const AdministratorsModel = model<AdministratorsRecord>('Administrators', schema, 'administrators')
