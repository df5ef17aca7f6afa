import { Types } from 'mongoose'

/** An id as the database's records hold it. */
export type RecordId = Types.ObjectId

/** An id as records hold it or as it came from outside; mongoose takes either. */
export type Id = RecordId | string

/** An id that nothing has yet. */
export function newId(): RecordId {
  return new Types.ObjectId()
}

/** An id as records hold it. @param id 24 hexadecimal digits, or a record's own */
export function toRecordId(id: Id): RecordId {
  return new Types.ObjectId(id)
}
