import { model, Schema, type Types } from 'mongoose'

/** The part of the search index about 128 neighbouring messages of a conversation (services/search). */
export interface SearchSegmentRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  /** The segment's number in its conversation, from 0. */
  number: number
  /** Counts the changes, for conditional writes. */
  version: number
  /** What can be looked up in its messages. */
  keys: string[]
  /**
   * The keys again, with which of the messages have each, in a form that is read without decoding all of it
   * (services/search/postings). Absent: an older version made the segment.
   */
  postings?: Buffer
}

const schema = new Schema<SearchSegmentRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    number: { type: Number, required: true },
    version: { type: Number, required: true },
    keys: { type: [String], required: true },
    postings: { type: Buffer },
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
)
schema.index({ conversationId: 1, number: 1 }, { unique: true })
schema.index({ conversationId: 1, keys: 1, number: -1 })

export const SearchSegmentModel = model<SearchSegmentRecord>('SearchSegment', schema, 'searchSegments')
