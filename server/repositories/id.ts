import { Types } from 'mongoose'

/** An id in the form that records have. */
export type RecordId = Types.ObjectId

/** An id in the form that records have, or as it came from outside. Mongoose accepts both. */
export type Id = RecordId | string

/** A new, unique id. */
export function newId(): RecordId {
  return new Types.ObjectId()
}

/** Converts an id into the form that records have. @param id 24 hexadecimal digits, or a record's own id */
export function toRecordId(id: Id): RecordId {
  return new Types.ObjectId(id)
}
