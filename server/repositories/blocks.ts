import { BlockModel, type BlockRecord } from '../models/block'
import { findMany, toObjectId } from './findMany'
import type { Id } from './id'

export type { BlockRecord }

/** Stores a block. One that exists stays as it is. */
export async function insertBlock(blockerId: Id, blockedId: Id): Promise<void> {
  await BlockModel.updateOne({ blockerId, blockedId }, { $setOnInsert: { createdAt: new Date() } }, { upsert: true })
}

export async function deleteBlock(blockerId: Id, blockedId: Id): Promise<void> {
  await BlockModel.deleteOne({ blockerId, blockedId })
}

export function countBlocks(blockerId: Id): Promise<number> {
  return BlockModel.countDocuments({ blockerId }).exec()
}

/** The blocks that a person has made, by the ids of the blocked. @param after the last blocked person of the page before */
export function findBlocksOf(blockerId: Id, after: Id | undefined, limit: number): Promise<BlockRecord[]> {
  return BlockModel.find({ blockerId, ...(after && { blockedId: { $gt: after } }) })
    .sort({ blockedId: 1 })
    .limit(limit)
    .lean<BlockRecord[]>()
    .exec()
}

/** The ids of those among these people who have blocked a person. */
export async function blockersAmong(blockedId: Id, ids: readonly Id[]): Promise<string[]> {
  const filter = { blockedId: toObjectId(blockedId), blockerId: { $in: ids.map(toObjectId) } }
  return (await findMany<BlockRecord>(BlockModel, filter)).map((block) => block.blockerId.toString())
}

/** The ids of those among these people whom a person has blocked. */
export async function blockedAmong(blockerId: Id, ids: readonly Id[]): Promise<string[]> {
  const filter = { blockerId: toObjectId(blockerId), blockedId: { $in: ids.map(toObjectId) } }
  return (await findMany<BlockRecord>(BlockModel, filter)).map((block) => block.blockedId.toString())
}

/** The ids of those among these people who block somebody, or are blocked by somebody. */
export async function inBlocksAmong(ids: readonly Id[]): Promise<string[]> {
  const among = { $in: ids.map(toObjectId) }
  const blockers = BlockModel.distinct('blockerId', { blockerId: among }).exec()
  const blocked = BlockModel.distinct('blockedId', { blockedId: among }).exec()
  return [...(await blockers), ...(await blocked)].map(String)
}
