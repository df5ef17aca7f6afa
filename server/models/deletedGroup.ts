import { model, Schema, type Types } from 'mongoose'

/** A group whose deletion has begun and is not finished, so that the next start finishes it. */
export interface DeletedGroupRecord {
  /** The group's own id. */
  _id: Types.ObjectId
  createdAt: Date
}

const schema = new Schema<DeletedGroupRecord>(
  { _id: { type: Schema.Types.ObjectId, required: true }, createdAt: { type: Date, required: true } },
  { versionKey: false, autoIndex: false, autoCreate: false },
)

export const DeletedGroupModel = model<DeletedGroupRecord>('DeletedGroup', schema, 'deletedGroups')
