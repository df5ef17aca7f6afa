import { Types } from 'mongoose'
import { MessageModel, type MessageRecord } from '../models/message'

// What was written shortly before the newest write. A process that was cut off may have left undone what follows it.

/** Milliseconds before the newest write in which conversations may have been cut off in the middle of a write. */
const CUT_OFF_WINDOW_MS = 120_000

/**
 * The ids of conversations that were written to shortly before the newest write. Their own records may lag behind their
 * messages if the process that wrote was cut off.
 */
export async function findLatelyWritten(): Promise<Types.ObjectId[]> {
  const [newest, changed] = await Promise.all([
    MessageModel.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean<{ _id: Types.ObjectId }>().exec(),
    newestChange(),
  ])
  const since = (time: number) => new Date(time - CUT_OFF_WINDOW_MS)
  const sent = newest && Types.ObjectId.createFromTime(since(newest._id.getTimestamp().getTime()).getTime() / 1000)
  const found = await Promise.all([
    sent ? MessageModel.distinct('conversationId', { _id: { $gt: sent } }).exec() : [],
    changed ? MessageModel.distinct('conversationId', { changedAt: { $gt: since(changed.getTime()) } }).exec() : [],
  ])
  return [...new Map(found.flat().map((id) => [id.toString(), id])).values()]
}

/** Where the messages are that were changed shortly before the newest change. */
export async function findLatelyChanged(): Promise<Pick<MessageRecord, 'conversationId' | 'seq'>[]> {
  const newest = await newestChange()
  if (!newest) return []
  return MessageModel.find({ changedAt: { $gt: new Date(newest.getTime() - CUT_OFF_WINDOW_MS) } })
    .select({ conversationId: 1, seq: 1 })
    .lean<Pick<MessageRecord, 'conversationId' | 'seq'>[]>()
    .exec()
}

async function newestChange(): Promise<Date | null> {
  const changed = await MessageModel.findOne({ changedAt: { $exists: true } }, { changedAt: 1 })
    .sort({ changedAt: -1 })
    .lean<{ changedAt: Date }>()
    .exec()
  return changed?.changedAt ?? null
}
