import { toRecordId, type Id } from './id'
import { Types } from 'mongoose'
import type { SharedKind } from '#shared/domain/files'
import { MessageModel, type AttachmentRecord, type MessageRecord } from '../models/message'
import { duplicateKey } from './errors'
import { findByIds, findMany } from './findMany'
import { SharedInsert, type InsertOutcome } from './sharedInsert'

export type { AttachmentRecord, MessageRecord }

/** A message before it is numbered. `_id` is given if something must refer to the message before it is written. */
export type NewMessage = Omit<MessageRecord, '_id' | 'seq' | 'rev'> & { _id?: Types.ObjectId }

export interface Appended {
  message: MessageRecord
  /** False when this clientId was sent before; `message` is then the earlier message. */
  created: boolean
}

/**
 * Writes messages at the end of a conversation, in their order, each with the next `seq` and `rev`.
 *
 * The unique indexes do the numbering. The insert itself takes a number, so a crash leaves no gap, and message n can
 * only be written after everyone can see message n − 1. `hint` is where the conversation probably ends. If another task
 * has written meanwhile, the insert is refused and the end is looked up. A clientId that was sent before is refused by
 * its own index, so there is no second message and no lost number.
 *
 * A single message is inserted together with those of other conversations. Several messages of one conversation get
 * their own insert, which keeps their order.
 */
export async function appendMessages(
  conversationId: Types.ObjectId,
  hint: { seq: number; rev: number },
  messages: readonly NewMessage[],
): Promise<Appended[]> {
  const appended: Appended[] = []
  let end: { seq: number; rev: number } = hint
  let remaining = messages
  while (remaining.length > 0) {
    const numbered = remaining.map((message, index) => ({
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
    remaining = remaining.slice(written.length)
    if (refused.fields.includes('clientId')) {
      const { senderId, clientId } = remaining[0]!
      const message = await MessageModel.findOne({ conversationId, senderId, clientId }).lean<MessageRecord>().orFail()
      appended.push({ message, created: false })
      remaining = remaining.slice(1)
    } else {
      end = await endOf(conversationId)
    }
  }
  return appended
}

const sharedInsert = new SharedInsert(() => {
  const { conn, collectionName } = MessageModel.collection
  return { db: conn.db!, name: collectionName }
})

async function insertInOrder(documents: MessageRecord[]): Promise<{ fields: string[]; index: number } | null> {
  const [first] = documents
  if (documents.length === 1) return refusedIn(await sharedInsert.add(first!))
  try {
    // The driver's own insert is used on this hot path: the fields are complete and typed, and need no casting.
    await MessageModel.collection.insertMany(documents, { ordered: true })
    return null
  } catch (error) {
    const refused = duplicateKey(error)
    // With an unknown index, the caller would try again for ever.
    if (!refused?.fields.length) throw error
    return refused
  }
}

function refusedIn(outcome: InsertOutcome): { fields: string[]; index: number } | null {
  if (!outcome) return null
  if (outcome.fields.length === 0) throw new Error('An unknown unique index refused a message.')
  return { ...outcome, index: 0 }
}

/** Where a conversation ends: its last message, and the newest stored `seq` and `rev`. */
export async function endOf(conversationId: Id): Promise<{ seq: number; rev: number; message: MessageRecord | null }> {
  const newestBy = (field: 'seq' | 'rev') =>
    MessageModel.findOne({ conversationId })
      .sort({ [field]: -1 })
      .lean<MessageRecord>()
      .exec()
  const [message, changed] = await Promise.all([newestBy('seq'), newestBy('rev')])
  return { seq: message?.seq ?? 0, rev: changed?.rev ?? 0, message }
}

/** One conditional write to a message. */
export interface MessageChange {
  /** What must hold of the stored message; always also that it is not deleted. */
  where?: Record<string, unknown>
  set?: Partial<Omit<MessageRecord, '_id' | 'conversationId' | 'seq' | 'rev' | 'senderId' | 'clientId' | 'createdAt'>>
  /** Operators besides `$set`. */
  also?: Partial<Record<'$addToSet' | '$pull' | '$inc' | '$unset', Record<string, unknown>>>
  /** A field that gets the `rev` of the change too. */
  revField?: 'pinnedRev'
}

/** The change that adds a person to those who have listened to a voice message. */
export function heardBy(userId: Id): MessageChange {
  return { also: { $addToSet: { heardBy: toRecordId(userId) } } }
}

/**
 * Changes a message that is not deleted. The change gets the conversation's next `rev`.
 * @param hint the newest known `rev`; if another task was faster, it is looked up
 * @returns the changed message; null when it no longer exists, is deleted, or is not as `where` says
 */
export async function changeMessage(
  conversationId: Id,
  id: Id,
  hint: number,
  { where, set, also, revField }: MessageChange,
): Promise<MessageRecord | null> {
  for (let rev = hint + 1; ; rev = (await endOf(conversationId)).rev + 1) {
    try {
      return await MessageModel.findOneAndUpdate(
        { ...where, _id: id, conversationId, deletedAt: null },
        { ...also, $set: { ...set, rev, changedAt: new Date(), ...(revField && { [revField]: rev }) } },
        { returnDocument: 'after' },
      )
        .lean<MessageRecord>()
        .exec()
    } catch (error) {
      if (!duplicateKey(error)) throw error
    }
  }
}

/** Clears what replies quote of a deleted message. */
export async function clearExcerpts({ _id }: MessageRecord): Promise<void> {
  await MessageModel.updateMany({ 'replyTo.id': _id }, { $set: { 'replyTo.excerpt': '', 'replyTo.files': null } })
}

/** The message that a person sent with a clientId, if any. */
export function findSentMessage(conversationId: Id, senderId: Id, clientId: string): Promise<MessageRecord | null> {
  return MessageModel.findOne({ conversationId, senderId, clientId }).lean<MessageRecord>().exec()
}

/** When a person last sent a message in a conversation. Null: never. */
export async function lastSentAt(conversationId: Id, senderId: Id): Promise<Date | null> {
  const message = await MessageModel.findOne({ conversationId, senderId, kind: 'text' }, { createdAt: 1 })
    .sort({ seq: -1 })
    .lean<MessageRecord>()
    .exec()
  return message?.createdAt ?? null
}

/** Deletes all messages of a conversation. */
export async function deleteMessages(conversationId: Id): Promise<void> {
  await MessageModel.deleteMany({ conversationId })
}

/** One message of a conversation. Null: there is none, or its `seq` is not greater than `fromSeq`. */
export function findMessage(conversationId: Id, id: string, fromSeq: number): Promise<MessageRecord | null> {
  return MessageModel.findOne({ _id: id, conversationId, seq: { $gt: fromSeq } })
    .lean<MessageRecord>()
    .exec()
}

export function findMessagesById(ids: readonly Id[]): Promise<MessageRecord[]> {
  return findByIds(MessageModel, ids)
}

/** Messages with `above < seq < below`: ascending by `seq` from the start, or descending from the end. */
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

/** The messages of a conversation with these `seq`s, descending. */
export async function findMessagesBySeq(conversationId: Id, seqs: readonly number[]): Promise<MessageRecord[]> {
  const filter = { conversationId: toRecordId(conversationId), seq: { $in: seqs } }
  return (await findMany<MessageRecord>(MessageModel, filter)).sort((a, b) => b.seq - a.seq)
}

/**
 * The newest message of a conversation that was sent at a time or before it: its `seq`, or 0 if all are younger. It takes a
 * query for each halving of the history.
 * @param end the conversation's newest `seq`
 */
export async function findSeqAt(conversationId: Id, time: number, end: number): Promise<number> {
  let low = 0
  let high = end
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const message = await MessageModel.findOne({ conversationId, seq: { $lte: middle } }, { createdAt: 1 })
      .sort({ seq: -1 })
      .lean<Pick<MessageRecord, 'createdAt'>>()
      .exec()
    if (message && message.createdAt.getTime() > time) high = middle - 1
    else low = middle
  }
  return low
}

/** Messages that share something of a kind, with `above < seq < below`, beginning at the bound that `from` names. */
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

/** Messages that changed after `rev`, ascending by `rev`, which a client that has applied `rev` has missed. */
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
