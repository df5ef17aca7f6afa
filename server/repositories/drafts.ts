import { DraftModel, type DraftRecord } from '../models/draft'
import { MessageModel } from '../models/message'
import { findMany, toObjectId } from './findMany'
import type { Id } from './id'

export type { DraftRecord }

/** The most messages that are read to see which drafts were sent. With more, a draft is shown that was sent. */
const MAX_SENT = 1_000

/** A person's drafts in these conversations. Drafts that ended with a message of theirs are left out, and removed. */
export async function findDrafts(userId: string, conversationIds: readonly Id[]): Promise<DraftRecord[]> {
  const drafts: DraftRecord[] = await findMany(DraftModel, {
    userId: toObjectId(userId),
    conversationId: { $in: conversationIds.map(toObjectId) },
  })
  if (drafts.length === 0) return []
  const sentSince = drafts.map(({ conversationId, seq }) => ({
    conversationId,
    senderId: toObjectId(userId),
    seq: { $gt: seq },
  }))
  const projection = { _id: 0, conversationId: 1 }
  const sent: Pick<DraftRecord, 'conversationId'>[] = await findMany(
    MessageModel,
    { kind: 'text', $or: sentSince },
    { projection, limit: MAX_SENT },
  )
  const ended = new Set(sent.map(({ conversationId }) => conversationId.toString()))
  const [over, open] = [true, false].map((isOver) =>
    drafts.filter(({ conversationId }) => ended.has(conversationId.toString()) === isOver),
  ) as [DraftRecord[], DraftRecord[]]
  if (over.length > 0) {
    const same = over.map(({ _id, seq }) => ({ _id, seq }))
    await DraftModel.deleteMany({ $or: same }).exec()
  }
  return open
}

/** Stores a draft in the place of the one before. */
export async function saveDraft(draft: {
  userId: Id
  conversationId: Id
  text: string
  replyToId: Id | null
  seq: number
  updatedAt: Date
}): Promise<void> {
  const { userId, conversationId, ...fields } = draft
  await DraftModel.updateOne({ userId, conversationId }, { $set: fields }, { upsert: true })
}

/** Notes that a message of the person was not written from their draft, which therefore goes on. */
export async function keepDraft(userId: Id, conversationId: Id, sentSeq: number): Promise<void> {
  await DraftModel.updateOne({ userId, conversationId, seq: sentSeq - 1 }, { $set: { seq: sentSeq } })
}

export async function deleteDraft(userId: Id, conversationId: Id): Promise<void> {
  await DraftModel.deleteOne({ userId, conversationId })
}

/** Removes everybody's drafts in a conversation. */
export async function deleteDrafts(conversationId: Id): Promise<void> {
  await DraftModel.deleteMany({ conversationId })
}
