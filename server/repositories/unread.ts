import { countsAsUnread } from '#shared/domain/messages'
import { MessageModel, type MessageRecord } from '../models/message'
import { findMany } from './findMany'
import type { Id } from './id'

/** Where one reader stands in one conversation: messages with `after < seq <= end` are new to them. */
export interface ReadingPlace {
  conversationId: Id
  readerId: Id
  after: number
  end: number
  /** The newest change that is part of the answer: what was deleted later counts as not deleted yet. */
  rev: number
  /** Whether there may be notices in it. */
  isGroup: boolean
}

/** Messages that one question looks at. Beyond that an unread count is too high, never too low. */
const MAX_UNCOUNTED = 20_000

type Row = Pick<MessageRecord, 'conversationId' | 'seq' | 'rev' | 'senderId' | 'kind' | 'deletedAt'>

/** Answers that are kept; the ones that were asked for least recently go. */
const MAX_ANSWERS = 100_000

/** What was answered last, by conversation and reader. */
const answers = new Map<string, { after: number; end: number; rev: number; uncounted: number }>()

/**
 * How many of the messages of each place do not count as unread, in the order of the places.
 *
 * The answer follows from the place alone: what was written up to `end` and deleted up to `rev` never changes. So it is
 * kept, and a list asks only for conversations in which something happened since.
 */
export async function countUncounted(places: readonly ReadingPlace[]): Promise<number[]> {
  const known = places.map(recall)
  const unknown = places.filter((_, index) => known[index] === undefined)
  const { counts, isWhole } = await askUncounted(unknown)
  if (isWhole) unknown.forEach((place, index) => keep(place, counts[index]!))
  let asked = 0
  return known.map((count) => count ?? counts[asked++]!)
}

function keyOf({ conversationId, readerId }: ReadingPlace): string {
  return `${conversationId.toString()} ${readerId.toString()}`
}

function recall(place: ReadingPlace): number | undefined {
  const answer = answers.get(keyOf(place))
  if (answer?.after !== place.after || answer.end !== place.end || answer.rev !== place.rev) return undefined
  keep(place, answer.uncounted)
  return answer.uncounted
}

function keep(place: ReadingPlace, uncounted: number): void {
  const key = keyOf(place)
  const { after, end, rev } = place
  // Last in line again, so that the first in line is what was asked for least recently.
  answers.delete(key)
  answers.set(key, { after, end, rev, uncounted })
  if (answers.size > MAX_ANSWERS) for (const oldest of answers.keys()) return void answers.delete(oldest)
}

/** One question for all places, which reads only messages that do not count: the reader's own, notices, deleted ones. */
async function askUncounted(places: readonly ReadingPlace[]): Promise<{ counts: number[]; isWhole: boolean }> {
  if (places.length === 0) return { counts: [], isWhole: true }
  const filter = { $or: [...places.map(ownOf), ...spansOf(places).flatMap(hiddenOf)] }
  const projection = { _id: 0, conversationId: 1, seq: 1, rev: 1, senderId: 1, kind: 1, deletedAt: 1 }
  const rows: Row[] = await findMany(MessageModel, filter, { projection, limit: MAX_UNCOUNTED })
  const byConversation = grouped(rows)
  const counts = places.map((place) => {
    const near = byConversation.get(place.conversationId.toString()) ?? []
    return near.filter((row) => row.seq > place.after && row.seq <= place.end && !isCounted(row, place)).length
  })
  return { counts, isWhole: rows.length < MAX_UNCOUNTED }
}

function isCounted({ kind, deletedAt, rev, senderId }: Row, place: ReadingPlace): boolean {
  const isDeleted = deletedAt !== null && rev <= place.rev
  return countsAsUnread({ kind, isDeleted, senderId: senderId.toString() }, place.readerId.toString())
}

function ownOf({ conversationId, readerId, after, end }: ReadingPlace) {
  return { conversationId, senderId: readerId, seq: { $gt: after, $lte: end } }
}

/** The part of each conversation that some reader has not read. */
function spansOf(places: readonly ReadingPlace[]): Omit<ReadingPlace, 'readerId'>[] {
  return [...grouped(places).values()].map((group) => ({
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

function hiddenOf({ conversationId, after, end, rev, isGroup }: Omit<ReadingPlace, 'readerId'>) {
  const seq = { $gt: after, $lte: end }
  const notices = { conversationId, kind: 'system', seq }
  const deleted = { conversationId, seq, deletedAt: { $type: 'date' } }
  // Where there were no more changes than messages, nothing was deleted.
  return [...(isGroup ? [notices] : []), ...(rev > end ? [deleted] : [])]
}
