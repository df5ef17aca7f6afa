import { countsAsUnread } from '#shared/domain/messages'
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

/** The most messages that one query reads. With more, unread counts are too high, but never too low. */
const MAX_UNCOUNTED = 20_000

type Row = Pick<MessageRecord, 'conversationId' | 'seq' | 'rev' | 'senderId' | 'kind' | 'deletedAt'>

/** The most cached answers. The least recently used are dropped. */
const MAX_ANSWERS = 100_000

/** The last answer for each conversation and reader. */
const answers = new Map<string, { after: number; end: number; rev: number; uncounted: number }>()

/**
 * Counts the messages of each range that do not count as unread. An answer only depends on its range: what was written
 * up to `end` and deleted up to `rev` never changes. So answers are cached, and a list only queries conversations in
 * which something has happened since.
 * @returns the counts, in the order of the ranges
 */
export async function countUncounted(ranges: readonly UnreadRange[]): Promise<number[]> {
  const known = ranges.map(cachedCount)
  const unknown = ranges.filter((_, index) => known[index] === undefined)
  const { counts, isComplete } = await queryUncounted(unknown)
  if (isComplete) unknown.forEach((range, index) => cacheAnswer(range, counts[index]!))
  let next = 0
  return known.map((count) => count ?? counts[next++]!)
}

function keyOf({ conversationId, readerId }: UnreadRange): string {
  return `${conversationId.toString()} ${readerId.toString()}`
}

function cachedCount(range: UnreadRange): number | undefined {
  const answer = answers.get(keyOf(range))
  if (answer?.after !== range.after || answer.end !== range.end || answer.rev !== range.rev) return undefined
  cacheAnswer(range, answer.uncounted)
  return answer.uncounted
}

function cacheAnswer(range: UnreadRange, uncounted: number): void {
  const key = keyOf(range)
  const { after, end, rev } = range
  // Moves it to the end of the map, so that the first entry is the least recently used.
  answers.delete(key)
  answers.set(key, { after, end, rev, uncounted })
  if (answers.size > MAX_ANSWERS) for (const oldest of answers.keys()) return void answers.delete(oldest)
}

/** One query for all ranges. It only reads messages that do not count: readers' own, system messages, deleted ones. */
async function queryUncounted(ranges: readonly UnreadRange[]): Promise<{ counts: number[]; isComplete: boolean }> {
  if (ranges.length === 0) return { counts: [], isComplete: true }
  const filter = { $or: [...ranges.map(ownOf), ...spansOf(ranges).flatMap(hiddenOf)] }
  const projection = { _id: 0, conversationId: 1, seq: 1, rev: 1, senderId: 1, kind: 1, deletedAt: 1 }
  const rows: Row[] = await findMany(MessageModel, filter, { projection, limit: MAX_UNCOUNTED })
  const byConversation = grouped(rows)
  const counts = ranges.map((range) => {
    const candidates = byConversation.get(range.conversationId.toString()) ?? []
    return candidates.filter((row) => row.seq > range.after && row.seq <= range.end && !isCounted(row, range)).length
  })
  return { counts, isComplete: rows.length < MAX_UNCOUNTED }
}

function isCounted({ kind, deletedAt, rev, senderId }: Row, range: UnreadRange): boolean {
  const isDeleted = deletedAt !== null && rev <= range.rev
  return countsAsUnread({ kind, isDeleted, senderId: senderId.toString() }, range.readerId.toString())
}

function ownOf({ conversationId, readerId, after, end }: UnreadRange) {
  return { conversationId, senderId: readerId, seq: { $gt: after, $lte: end } }
}

/** For each conversation, the range that covers the unread ranges of all readers. */
function spansOf(ranges: readonly UnreadRange[]): Omit<UnreadRange, 'readerId'>[] {
  return [...grouped(ranges).values()].map((group) => ({
    ...group[0]!,
    after: Math.min(...group.map(({ after }) => after)),
    end: Math.max(...group.map(({ end }) => end)),
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

function hiddenOf({ conversationId, after, end, rev, isGroup }: Omit<UnreadRange, 'readerId'>) {
  const seq = { $gt: after, $lte: end }
  const notices = { conversationId, kind: 'system', seq }
  const deleted = { conversationId, seq, deletedAt: { $type: 'date' } }
  // If there were no more changes than messages, nothing was deleted.
  return [...(isGroup ? [notices] : []), ...(rev > end ? [deleted] : [])]
}
