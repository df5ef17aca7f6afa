import { countsAsUnread } from '#shared/domain/messages'
import { MessageModel, type MessageRecord } from '../models/message'
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

/**
 * How many of the messages of each place do not count as unread, in the order of the places. It is one question for all
 * places, and it reads only messages that do not count: the reader's own, notices, deleted ones.
 */
export async function countUncounted(places: readonly ReadingPlace[]): Promise<number[]> {
  if (places.length === 0) return []
  const rows = await MessageModel.find(
    { $or: [...places.map(ownOf), ...spansOf(places).flatMap(hiddenOf)] },
    { _id: 0, conversationId: 1, seq: 1, rev: 1, senderId: 1, kind: 1, deletedAt: 1 },
  )
    .limit(MAX_UNCOUNTED)
    .lean<Row[]>()
    .exec()
  const byConversation = grouped(rows)
  return places.map((place) => {
    const near = byConversation.get(place.conversationId.toString()) ?? []
    return near.filter((row) => row.seq > place.after && row.seq <= place.end && !counts(row, place)).length
  })
}

function counts({ kind, deletedAt, rev, senderId }: Row, place: ReadingPlace): boolean {
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
  const notices = { conversationId, kind: 'system' as const, seq }
  const deleted = { conversationId, seq, deletedAt: { $type: 'date' as const } }
  // Where there were no more changes than messages, nothing was deleted.
  return [...(isGroup ? [notices] : []), ...(rev > end ? [deleted] : [])]
}
