import { countsAsUnread, type UnreadAnswer } from '#shared/domain/messages'
import { EVERYBODY } from '#shared/domain/text/mentions'
import { LIMITS } from '#shared/limits'
import { MessageModel, type MessageRecord } from '../models/message'
import { findMany } from './findMany'
import type { Id } from './id'

/** The unread range of one reader in one conversation: messages with `after < seq <= end`. */
export interface UnreadRange {
  conversationId: Id
  readerId: Id
  after: number
  end: number
  /** The newest change that counts. Messages that were deleted later count as not deleted. */
  rev: number
  /** Whether there may be system messages in it. */
  isGroup: boolean
}

/** The most messages that one query reads. With more, unread counts are too high and mentions too few. */
const MAX_ROWS = 20_000

type Row = Pick<MessageRecord, 'conversationId' | 'seq' | 'rev' | 'senderId' | 'kind' | 'deletedAt' | 'mentions'>

/** The most cached answers. The least recently used are dropped. */
const MAX_ANSWERS = 100_000

interface CachedAnswer {
  after: number
  end: number
  rev: number
  answer: UnreadAnswer
}

/** The last answer for each conversation and reader. */
const answers = new Map<string, CachedAnswer>()

/**
 * Counts the messages of each range that do not count as unread, and finds the unread ones that mention the reader. An
 * answer only depends on its range: what was written up to `end` and changed up to `rev` never changes. So answers are
 * cached, and a list only queries conversations in which something has happened since. Of one in which messages were
 * only added, it queries those.
 * @returns the answers, in the order of the ranges
 */
export async function readUnread(ranges: readonly UnreadRange[]): Promise<UnreadAnswer[]> {
  const known = ranges.map(cachedAnswer)
  const parts = ranges.map((range, index) => notIn(known[index], range))
  const queried = await queryAll(parts.filter((part) => part !== null))
  return ranges.map((range, index) => {
    const part = parts[index]
    if (!part) return known[index]!.answer
    const { answer, isComplete } = queried.get(part)!
    const whole = part.after === range.after ? answer : sumOf(known[index]!.answer, answer)
    if (isComplete) cacheAnswer(range, whole)
    return whole
  })
}

/** The part of a range that the cached answer does not cover. Null: it covers all of it. */
function notIn(cached: CachedAnswer | undefined, range: UnreadRange): UnreadRange | null {
  if (cached?.after !== range.after || cached.end > range.end) return range
  // Each new message takes a `seq` and a `rev`, each change of an older one only a `rev`.
  if (range.rev - cached.rev !== range.end - cached.end) return range
  return cached.end === range.end ? null : { ...range, after: cached.end }
}

function sumOf(one: UnreadAnswer, other: UnreadAnswer): UnreadAnswer {
  return {
    uncounted: one.uncounted + other.uncounted,
    mentions: one.mentions + other.mentions,
    mentionSeqs: [...one.mentionSeqs, ...other.mentionSeqs].slice(0, LIMITS.mentionSeqs),
  }
}

/**
 * Queries ranges: large ones alone, so that none makes the answers of the others incomplete. The answer of a large one is
 * final even if it is incomplete, because it would be the same the next time.
 */
async function queryAll(ranges: readonly UnreadRange[]) {
  const isLarge = ({ after, end }: UnreadRange) => end - after > MAX_ROWS
  const groups = [ranges.filter((range) => !isLarge(range)), ...ranges.filter(isLarge).map((range) => [range])]
  const queried = new Map<UnreadRange, { answer: UnreadAnswer; isComplete: boolean }>()
  for (const group of groups) {
    const { found, isComplete } = await queryUnread(group)
    group.forEach((range, index) =>
      queried.set(range, { answer: found[index]!, isComplete: isComplete || isLarge(range) }),
    )
  }
  return queried
}

function keyOf({ conversationId, readerId }: UnreadRange): string {
  return `${conversationId.toString()} ${readerId.toString()}`
}

function cachedAnswer(range: UnreadRange): CachedAnswer | undefined {
  const cached = answers.get(keyOf(range))
  if (cached) cacheAnswer({ ...range, ...cached }, cached.answer)
  return cached
}

function cacheAnswer(range: UnreadRange, answer: UnreadAnswer): void {
  const key = keyOf(range)
  const { after, end, rev } = range
  // Moves it to the end of the map, so that the first entry is the least recently used.
  answers.delete(key)
  answers.set(key, { after, end, rev, answer })
  if (answers.size > MAX_ANSWERS) for (const oldest of answers.keys()) return void answers.delete(oldest)
}

/**
 * One query for all ranges. It only reads messages that do not count (readers' own, system messages, deleted ones) and
 * those that mention readers.
 */
async function queryUnread(ranges: readonly UnreadRange[]): Promise<{ found: UnreadAnswer[]; isComplete: boolean }> {
  if (ranges.length === 0) return { found: [], isComplete: true }
  const filter = {
    $or: [...ranges.map(ownOf), ...spansOf(ranges).flatMap((span) => [...hiddenOf(span), mentionsOf(span)])],
  }
  const projection = { _id: 0, conversationId: 1, seq: 1, rev: 1, senderId: 1, kind: 1, deletedAt: 1, mentions: 1 }
  const rows: Row[] = await findMany(MessageModel, filter, { projection, limit: MAX_ROWS })
  const byConversation = grouped(rows)
  const found = ranges.map((range) => answerFrom(byConversation.get(range.conversationId.toString()) ?? [], range))
  return { found, isComplete: rows.length < MAX_ROWS }
}

function answerFrom(candidates: readonly Row[], range: UnreadRange): UnreadAnswer {
  const reader = range.readerId.toString()
  let uncounted = 0
  const seqs: number[] = []
  for (const row of candidates) {
    if (row.seq <= range.after || row.seq > range.end) continue
    if (!isCounted(row, range)) uncounted++
    else if (row.deletedAt === null && row.mentions?.some((id) => id === reader || id === EVERYBODY)) seqs.push(row.seq)
  }
  seqs.sort((one, other) => one - other)
  return { uncounted, mentions: seqs.length, mentionSeqs: seqs.slice(0, LIMITS.mentionSeqs) }
}

function isCounted({ kind, deletedAt, rev, senderId }: Row, range: UnreadRange): boolean {
  const isDeleted = deletedAt !== null && rev <= range.rev
  return countsAsUnread({ kind, isDeleted, senderId: senderId.toString() }, range.readerId.toString())
}

function ownOf({ conversationId, readerId, after, end }: UnreadRange) {
  return { conversationId, senderId: readerId, seq: { $gt: after, $lte: end } }
}

interface Span extends Omit<UnreadRange, 'readerId'> {
  readerIds: string[]
}

/** For each conversation, the range that covers the unread ranges of all readers. */
function spansOf(ranges: readonly UnreadRange[]): Span[] {
  return [...grouped(ranges).values()].map((group) => ({
    ...group[0]!,
    after: Math.min(...group.map(({ after }) => after)),
    end: Math.max(...group.map(({ end }) => end)),
    readerIds: group.map(({ readerId }) => readerId.toString()),
  }))
}

function grouped<T extends { conversationId: Id }>(list: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const id = one.conversationId.toString()
    const group = groups.get(id)
    if (group) group.push(one)
    else groups.set(id, [one])
  }
  return groups
}

function mentionsOf({ conversationId, after, end, readerIds }: Span) {
  return { conversationId, mentions: { $in: [...readerIds, EVERYBODY] }, seq: { $gt: after, $lte: end } }
}

function hiddenOf({ conversationId, after, end, rev, isGroup }: Span) {
  const seq = { $gt: after, $lte: end }
  const notices = { conversationId, kind: 'system', seq }
  const deleted = { conversationId, seq, deletedAt: { $type: 'date' } }
  // If there were no more changes than messages, nothing was deleted.
  return [...(isGroup ? [notices] : []), ...(rev > end ? [deleted] : [])]
}
