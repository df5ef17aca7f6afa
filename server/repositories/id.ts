import type { Types } from 'mongoose'

/** An id as records hold it or as it came from outside; mongoose takes either. */
export type Id = Types.ObjectId | string
