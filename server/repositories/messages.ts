import type { Id } from './id'
import { Types } from 'mongoose'
import type { SharedKind } from '#shared/domain/files'
import { MessageModel, type MessageRecord } from '../models/message'
import { duplicateKey } from './errors'
import { findByIds } from './findMany'
import { SharedInsert, type InsertOutcome } from './sharedInsert'

export type { MessageRecord }

/** `_id` is given where something must know it before the message is written. */
export type NewMessage = Omit<MessageRecord, '_id' | 'seq' | 'rev'> & { _id?: Types.ObjectId }

export interface Appended {
  message: MessageRecord
  /** False: this clientId had been sent before, and `message` is what it made then. */
  created: boolean
}

/**
 * Writes messages at the end of a conversation, in their order, each with the next `seq` and `rev`.
 *
 * The unique indexes do the numbering: a number is taken by the insert itself, so a crash can leave no gap, and a
 * message numbered n can only be written after n − 1 is there for everyone to see. `hint` is where the conversation
 * is believed to end; when another task has written meanwhile, the insert is refused and the end is looked up.
 * A clientId that was sent before is refused by its own index: no second message, and no number lost to it.
 *
 * One message alone goes to the database together with those of other conversations; several of one conversation in an
 * insert of their own that keeps their order.
 */
export async function appendMessages(
  conversationId: Types.ObjectId,
  hint: { seq: number; rev: number },
  messages: readonly NewMessage[],
): Promise<Appended[]> {
  const appended: Appended[] = []
  let end: { seq: number; rev: number } = hint
  let waiting = messages
  while (waiting.length > 0) {
    const numbered = waiting.map((message, index) => ({
      _id: new Types.ObjectId(),
      ...message,
      seq: end.seq + index + 1,
      rev: end.rev + index + 1,
    }))
    const refused = await insertInOrder(numbered)
    const written = refused ? numbered.slice(0, refused.index) : numbered
    appended.push(...written.map((message) => ({ message, created: true })))
    if (!refused) break
    end = { seq: end.seq + written.length, rev: end.rev + written.length }
    waiting = waiting.slice(written.length)
    if (refused.fields.includes('clientId')) {
      const { senderId, clientId } = waiting[0]!
      const message = await MessageModel.findOne({ conversationId, senderId, clientId }).lean<MessageRecord>().orFail()
      appended.push({ message, created: false })
      waiting = waiting.slice(1)
    } else {
      end = await endOf(conversationId)
    }
  }
  return appended
}

const shared = new SharedInsert(() => {
  const { conn, collectionName } = MessageModel.collection
  return { db: conn.db!, name: collectionName }
})

async function insertInOrder(documents: MessageRecord[]): Promise<{ fields: string[]; index: number } | null> {
  const [first] = documents
  if (documents.length === 1) return refusalOf(await shared.add(first!))
  try {
    // The driver's own insert: the fields are ours, complete and typed, and need no casting on the hottest path.
    await MessageModel.collection.insertMany(documents, { ordered: true })
    return null
  } catch (error) {
    const refused = duplicateKey(error)
    // An index that nobody here knows would be run against for ever.
    if (!refused?.fields.length) throw error
    return refused
  }
}

function refusalOf(outcome: InsertOutcome): { fields: string[]; index: number } | null {
  if (!outcome) return null
  if (outcome.fields.length === 0) throw new Error('An index that nobody here knows refused a message.')
  return { ...outcome, index: 0 }
}

/** Where a conversation ends: its last message, and the newest `seq` and `rev` that are written. */
export async function endOf(
  conversationId: Id,
): Promise<{ seq: number; rev: number; message: MessageRecord | null }> {
  const newestBy = (field: 'seq' | 'rev') =>
    MessageModel.findOne({ conversationId }).sort({ [field]: -1 }).lean<MessageRecord>().exec()
  const [message, changed] = await Promise.all([newestBy('seq'), newestBy('rev')])
  return { seq: message?.seq ?? 0, rev: changed?.rev ?? 0, message }
}

/** Milliseconds before the newest write that are looked at for conversations that were cut off in the middle of one. */
const CUT_OFF_WINDOW_MS = 120_000

/**
 * Ids of the conversations that were written to shortly before the newest write there is: those whose own copy of where
 * they end may be behind, when the process that wrote was cut off.
 */
export async function findLatelyWritten(): Promise<Types.ObjectId[]> {
  const [newest, changed] = await Promise.all([
    MessageModel.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean<{ _id: Types.ObjectId }>().exec(),
    MessageModel.findOne({ changedAt: { $exists: true } }, { changedAt: 1 }).sort({ changedAt: -1 }).lean<{ changedAt: Date }>().exec(),
  ])
  const since = (time: number) => new Date(time - CUT_OFF_WINDOW_MS)
  const sent = newest && Types.ObjectId.createFromTime(since(newest._id.getTimestamp().getTime()).getTime() / 1000)
  const found = await Promise.all([
    sent ? MessageModel.distinct('conversationId', { _id: { $gt: sent } }).exec() : [],
    changed ? MessageModel.distinct('conversationId', { changedAt: { $gt: since(changed.changedAt.getTime()) } }).exec() : [],
  ])
  return [...new Map(found.flat().map((id) => [id.toString(), id])).values()]
}

/**
 * Changes a message that is not deleted, and gives the change the conversation's next `rev`.
 * @param hint the newest `rev` as the conversation knows it; when another task was faster it is looked up
 * @param hearer somebody who has listened to it now
 * @returns the message as it is now; null when it is gone or deleted
 */
export async function changeMessage(
  conversationId: Id,
  id: Id,
  hint: number,
  fields: Partial<Pick<MessageRecord, 'text' | 'attachments' | 'shares' | 'editedAt' | 'deletedAt' | 'replyTo'>>,
  hearer?: Id,
): Promise<MessageRecord | null> {
  for (let rev = hint + 1; ; rev = (await endOf(conversationId)).rev + 1) {
    try {
      return await MessageModel.findOneAndUpdate(
        { _id: id, conversationId, deletedAt: null },
        { $set: { ...fields, rev, changedAt: new Date() }, ...(hearer && { $addToSet: { heardBy: new Types.ObjectId(hearer) } }) },
        { returnDocument: 'after' },
      )
        .lean<MessageRecord>()
        .exec()
    } catch (error) {
      if (!duplicateKey(error)) throw error
    }
  }
}

/** Takes a deleted message out of what its answers quote. */
export async function clearExcerpts({ _id }: MessageRecord): Promise<void> {
  await MessageModel.updateMany(
    { 'replyTo.id': _id },
    { $set: { 'replyTo.excerpt': '', 'replyTo.files': null } },
  )
}

/** What a person's clientId made, if it was sent. */
export function findSentMessage(conversationId: Id, senderId: Id, clientId: string): Promise<MessageRecord | null> {
  return MessageModel.findOne({ conversationId, senderId, clientId }).lean<MessageRecord>().exec()
}

/** When a person last wrote in a conversation. */
export async function lastSentAt(conversationId: Id, senderId: Id): Promise<Date | null> {
  const message = await MessageModel.findOne({ conversationId, senderId, kind: 'text' }, { createdAt: 1 })
    .sort({ seq: -1 })
    .lean<MessageRecord>()
    .exec()
  return message?.createdAt ?? null
}

/** Removes everything that was written in a conversation. */
export async function deleteMessages(conversationId: Id): Promise<void> {
  await MessageModel.deleteMany({ conversationId })
}

/** One message of a conversation that is visible from `fromSeq` on. */
export function findMessage(conversationId: Id, id: string, fromSeq: number): Promise<MessageRecord | null> {
  return MessageModel.findOne({ _id: id, conversationId, seq: { $gt: fromSeq } }).lean<MessageRecord>().exec()
}

export function findMessagesById(ids: readonly Id[]): Promise<MessageRecord[]> {
  return findByIds(MessageModel, ids)
}

/** Messages with `above < seq < below`, from the named side on: ascending by seq from the start, descending from the end. */
export function findMessagesBetween(
  conversationId: Id,
  bounds: { above: number; below: number },
  from: 'start' | 'end',
  limit: number,
): Promise<MessageRecord[]> {
  return MessageModel.find({ conversationId, seq: { $gt: bounds.above, $lt: bounds.below } })
    .sort({ seq: from === 'start' ? 1 : -1 })
    .limit(limit)
    .lean<MessageRecord[]>()
    .exec()
}

/** Messages that shared something of a kind, with `above < seq < below`, beginning at the bound named by `from`. */
export function findShared(
  conversationId: Id,
  kind: SharedKind,
  bounds: { above: number; below: number; from: 'above' | 'below' },
  limit: number,
): Promise<MessageRecord[]> {
  const seq = { $gt: bounds.above, $lt: bounds.below }
  const sort = { seq: bounds.from === 'above' ? 1 : -1 } as const
  return MessageModel.find({ conversationId, shares: kind, seq }).sort(sort).limit(limit).lean<MessageRecord[]>().exec()
}

/** Messages changed after `rev`, ascending by rev: what a client that had applied `rev` has missed. */
export function findMessagesChangedSince(
  conversationId: Id,
  rev: number,
  fromSeq: number,
  limit: number,
): Promise<MessageRecord[]> {
  return MessageModel.find({ conversationId, rev: { $gt: rev }, ...(fromSeq > 0 && { seq: { $gt: fromSeq } }) })
    .sort({ rev: 1 })
    .limit(limit)
    .lean<MessageRecord[]>()
    .exec()
}
