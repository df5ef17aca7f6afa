import { Types, type mongo } from 'mongoose'
import { ConversationModel, type ConversationRecord } from '../models/conversation'
import type { Id } from './id'

// A conversation's record holds a copy of where its messages end. The messages themselves are the truth; the copy is
// written behind them, for many conversations together. What this task knows to be newer is laid over every record that
// it reads, so nobody sees the delay; what a crash leaves behind is mended at the next start (services/messages/mend).

/** Milliseconds that a copy may be behind. */
const FLUSH_AFTER_MS = 100
/** Milliseconds until the next try when the database refused. */
const RETRY_AFTER_MS = 1_000
/** Conversations whose end is remembered; the ones that were heard of first are forgotten first. */
const MAX_HEADS = 50_000
/** Copies of one write. */
const MAX_BATCH = 500

/** Where a conversation ends, as far as somebody knows. */
export interface Head {
  rev: number
  message?: { seq: number; id: Id; at: Date }
}

const heads = new Map<string, Head>()
const behind = new Set<string>()
let timer: NodeJS.Timeout | undefined
let writing: Promise<void> | null = null
let mustWriteThrough = () => false

/** Says when copies must not be behind: while other tasks cannot be told where a conversation ends. */
export function writeThroughWhen(condition: () => boolean): void {
  mustWriteThrough = condition
}

/** Takes in what another task wrote: its own copy is underway. */
export function learnHead(conversationId: string, head: Head): void {
  const known = heads.get(conversationId)
  const message = (head.message?.seq ?? 0) > (known?.message?.seq ?? 0) ? head.message : known?.message
  // Last in line again: what is forgotten first is what nobody has written to for longest.
  heads.delete(conversationId)
  heads.set(conversationId, { rev: Math.max(known?.rev ?? 0, head.rev), message })
  if (heads.size > MAX_HEADS) forgetOldest()
}

/**
 * Tells a conversation of its newest change and, if there is one, its newest message. Never moves backwards, so tasks
 * that write at the same time may call it in any order. Resolves at once; the database learns of it within 100 ms.
 */
export async function advanceConversation(id: Id, head: Head): Promise<void> {
  const key = id.toString()
  learnHead(key, head)
  behind.add(key)
  if (mustWriteThrough() || behind.size >= MAX_BATCH) return flushHeads()
  timer ??= setTimeout(() => void flushHeads().catch(() => {}), FLUSH_AFTER_MS)
}

/** A record of the database with what is known to be newer. */
export function withHead<T extends ConversationRecord | null>(record: T): T {
  const head = record && heads.get(record._id.toString())
  if (!record || !head) return record
  const rev = Math.max(record.rev, head.rev)
  const { message } = head
  if (!message || message.seq <= record.seq) return rev === record.rev ? record : { ...record, rev }
  return { ...record, rev, seq: message.seq, lastMessageId: new Types.ObjectId(message.id), activeAt: message.at, updatedAt: message.at }
}

/** Writes all copies that are behind. Called by the timer, and at the end of the process. Rejects when it cannot. */
export async function flushHeads(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  while (writing) await writing.catch(() => {})
  if (behind.size === 0) return
  const ids = [...behind].slice(0, MAX_BATCH)
  for (const id of ids) behind.delete(id)
  writing = writeHeads(ids)
  try {
    await writing
  } catch (error) {
    for (const id of ids) behind.add(id)
    timer ??= setTimeout(() => void flushHeads().catch(() => {}), RETRY_AFTER_MS)
    throw error
  } finally {
    writing = null
  }
  if (behind.size > 0) await flushHeads()
}

async function writeHeads(ids: readonly string[]): Promise<void> {
  const operations = ids.flatMap((id) => operationFor(id, heads.get(id)) ?? [])
  if (operations.length === 0) return
  const { matchedCount } = await ConversationModel.collection.bulkWrite(operations, { ordered: false })
  if (matchedCount === operations.length) return
  // Another task has told of a newer message, or the conversation is gone. The change may be newer all the same.
  const revisions = ids.map((id) => ({
    updateOne: { filter: { _id: new Types.ObjectId(id) }, update: { $max: { rev: heads.get(id)?.rev ?? 0 } } },
  }))
  await ConversationModel.collection.bulkWrite(revisions, { ordered: false })
}

function operationFor(id: string, head: Head | undefined): mongo.AnyBulkWriteOperation | null {
  if (!head) return null
  const _id = new Types.ObjectId(id)
  const { rev, message } = head
  if (!message) return { updateOne: { filter: { _id }, update: { $max: { rev } } } }
  const fields = { seq: message.seq, lastMessageId: new Types.ObjectId(message.id), activeAt: message.at, updatedAt: message.at }
  return { updateOne: { filter: { _id, seq: { $lt: message.seq } }, update: { $set: fields, $max: { rev } } } }
}

function forgetOldest(): void {
  for (const id of heads.keys()) {
    if (behind.has(id)) continue
    heads.delete(id)
    return
  }
}
