import { Types, type mongo } from 'mongoose'
import { ConversationModel, type ConversationRecord } from '../models/conversation'
import type { Id } from './id'

// A conversation's record has a copy of where its messages end: its head. The messages themselves are the truth. The
// copy is written after them, for many conversations at once. Newer heads that this task knows are merged into every
// record that it reads, so nobody sees the delay. The next start repairs what a crash leaves behind
// (services/messages/mend).

/** Milliseconds after which a head is written. */
const FLUSH_AFTER_MS = 100
/** Milliseconds until the next try after a write failed. */
const RETRY_AFTER_MS = 1_000
/** The most conversations whose head is remembered. The ones that were not written to for longest are forgotten. */
const MAX_HEADS = 50_000
/** The most heads in one write. */
const MAX_BATCH = 500

/** Where a conversation ends: its newest change and, if known, its newest message. */
export interface Head {
  rev: number
  message?: { seq: number; id: Id; at: Date }
}

const heads = new Map<string, Head>()
const pending = new Set<string>()
let timer: NodeJS.Timeout | undefined
let writing: Promise<void> | null = null
let mustWriteThrough = () => false

/** Sets when heads are written at once: while other tasks cannot be told about them. */
export function writeThroughWhen(condition: () => boolean): void {
  mustWriteThrough = condition
}

/** Remembers a head that another task announced. That task writes it itself. */
export function learnHead(conversationId: string, head: Head): void {
  const known = heads.get(conversationId)
  const message = (head.message?.seq ?? 0) > (known?.message?.seq ?? 0) ? head.message : known?.message
  // Moves it to the end of the map, so that the first entry is the one that was not written to for longest.
  heads.delete(conversationId)
  heads.set(conversationId, { rev: Math.max(known?.rev ?? 0, head.rev), message })
  if (heads.size > MAX_HEADS) forgetOldest()
}

/**
 * Advances a conversation's head to its newest change and, if there is one, its newest message. A head never moves
 * backwards, so tasks that write at the same time may call this in any order. Resolves at once; the head is written
 * within 100 ms.
 */
export async function advanceConversation(id: Id, head: Head): Promise<void> {
  const key = id.toString()
  learnHead(key, head)
  pending.add(key)
  if (mustWriteThrough() || pending.size >= MAX_BATCH) return flushHeads()
  timer ??= setTimeout(() => void flushHeads().catch(() => {}), FLUSH_AFTER_MS)
}

/** A record with the newest known head merged into it. */
export function withHead<T extends ConversationRecord | null>(record: T): T {
  const head = record && heads.get(record._id.toString())
  if (!record || !head) return record
  const rev = Math.max(record.rev, head.rev)
  const { message } = head
  if (!message || message.seq <= record.seq) return rev === record.rev ? record : { ...record, rev }
  return {
    ...record,
    rev,
    seq: message.seq,
    lastMessageId: new Types.ObjectId(message.id),
    activeAt: message.at,
    updatedAt: message.at,
  }
}

/** Writes all pending heads. Called by the timer, and at the end of the process. Rejects when a write fails. */
export async function flushHeads(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  while (writing) await writing.catch(() => {})
  if (pending.size === 0) return
  const ids = [...pending].slice(0, MAX_BATCH)
  for (const id of ids) pending.delete(id)
  writing = writeHeads(ids)
  try {
    await writing
  } catch (error) {
    for (const id of ids) pending.add(id)
    timer ??= setTimeout(() => void flushHeads().catch(() => {}), RETRY_AFTER_MS)
    throw error
  } finally {
    writing = null
  }
  if (pending.size > 0) await flushHeads()
}

async function writeHeads(ids: readonly string[]): Promise<void> {
  const operations = ids.flatMap((id) => operationFor(id, heads.get(id)) ?? [])
  if (operations.length === 0) return
  const { matchedCount } = await ConversationModel.collection.bulkWrite(operations, { ordered: false })
  if (matchedCount === operations.length) return
  // Another task wrote a newer message, or the conversation is gone. The change may be newer all the same.
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
  const fields = {
    seq: message.seq,
    lastMessageId: new Types.ObjectId(message.id),
    activeAt: message.at,
    updatedAt: message.at,
  }
  return { updateOne: { filter: { _id, seq: { $lt: message.seq } }, update: { $set: fields, $max: { rev } } } }
}

function forgetOldest(): void {
  for (const id of heads.keys()) {
    if (pending.has(id)) continue
    heads.delete(id)
    return
  }
}
