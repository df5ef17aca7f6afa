import type { mongo } from 'mongoose'
import { SearchSegmentModel, type SearchSegmentRecord } from '../models/searchSegment'
import { ConversationModel, type ConversationRecord } from '../models/conversation'
import { duplicateKey } from './errors'
import { findMany, toObjectId } from './findMany'
import type { Id } from './id'

export type { SearchSegmentRecord }

/** Where a segment is. */
export type SegmentAddress = Pick<SearchSegmentRecord, 'conversationId' | 'number'>

/** A segment without the keys by which it is found. */
export type Segment = Omit<SearchSegmentRecord, 'keys'>

/** What the index itself has, so that no segment is read. */
const ADDRESS = { _id: 0, conversationId: 1, number: 1 } as const

/** A segment of a conversation. Null: nothing of it is in the index. */
export async function findSegment(conversationId: Id, number: number): Promise<Segment | null> {
  return (await findSegments(conversationId, [number]))[0] ?? null
}

/** Segments of a conversation, in no particular order. */
export async function findSegments(conversationId: Id, numbers: readonly number[]): Promise<Segment[]> {
  const filter = { conversationId: toObjectId(conversationId), number: { $in: numbers } }
  const options = { promoteBuffers: true, projection: { keys: 0 }, batchSize: numbers.length }
  return await SearchSegmentModel.collection.find<Segment>(filter, options).toArray()
}

/**
 * Replaces what a segment has, if it still is as it was read.
 * @param before the segment as it was read; null: there was none
 * @returns false when another change came first
 */
export async function saveSegment(
  { conversationId, number }: { conversationId: Id; number: number },
  before: Segment | null,
  { keys, postings }: { keys: readonly string[]; postings: Uint8Array },
): Promise<boolean> {
  const { collection } = SearchSegmentModel
  const fields = { keys, postings: Buffer.from(postings) }
  if (before) {
    const filter = { _id: before._id, version: before.version }
    const change = { $set: { ...fields, version: before.version + 1 }, $unset: { hits: '' } }
    return (await collection.updateOne(filter, change)).matchedCount === 1
  }
  try {
    await collection.insertOne({ conversationId: toObjectId(conversationId), number, version: 1, ...fields })
    return true
  } catch (error) {
    if (!duplicateKey(error)) throw error
    return false
  }
}

/** The segments of these conversations that have a key, or one of several, in no particular order. */
export function findSegmentsWithKey(
  conversationIds: readonly Id[],
  key: string | readonly string[],
  limit: number,
): Promise<SegmentAddress[]> {
  return findAddresses({ conversationId: { $in: conversationIds.map(toObjectId) }, keys: anyOf(key) }, limit)
}

/** How many segments of these conversations have a key. It reads nothing but the index. */
export function countSegmentsWithKey(conversationIds: readonly Id[], key: string): Promise<number> {
  return SearchSegmentModel.collection.countDocuments({
    conversationId: { $in: conversationIds.map(toObjectId) },
    keys: key,
  })
}

/** The segments of these conversations that have a key with this beginning, in no particular order. */
export function findSegmentsWithStart(
  conversationIds: readonly Id[],
  start: string,
  limit: number,
): Promise<SegmentAddress[]> {
  const keys = { $elemMatch: { $gte: start, $lt: `${start}\u{10FFFF}` } }
  return findAddresses({ conversationId: { $in: conversationIds.map(toObjectId) }, keys }, limit)
}

export async function deleteSegments(conversationId: Id): Promise<void> {
  await SearchSegmentModel.deleteMany({ conversationId })
}

/**
 * Notes how far the messages of a conversation are in the index.
 * @returns false when the conversation no longer exists
 */
export async function markIndexed(conversationId: Id, seq: number): Promise<boolean> {
  const change = { $max: { indexedSeq: seq } }
  return (await ConversationModel.updateOne({ _id: conversationId }, change)).matchedCount === 1
}

/** How far each conversation is in the index, in the order of their ids. @param after the last id of the page before */
export function findIndexedSeqs(
  after: Id | null,
  limit: number,
): Promise<Pick<ConversationRecord, '_id' | 'seq' | 'indexedSeq'>[]> {
  return ConversationModel.find(after ? { _id: { $gt: after } } : {}, { seq: 1, indexedSeq: 1 })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<Pick<ConversationRecord, '_id' | 'seq' | 'indexedSeq'>[]>()
    .exec()
}

function anyOf(key: string | readonly string[]) {
  return typeof key === 'string' ? key : { $in: key }
}

function findAddresses(filter: mongo.Filter<mongo.Document>, limit: number): Promise<SegmentAddress[]> {
  return findMany<SegmentAddress>(SearchSegmentModel, filter, { projection: ADDRESS, limit })
}
