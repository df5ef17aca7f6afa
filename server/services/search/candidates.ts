import { lookupOf, type Term } from '#shared/domain/search/terms'
import type { Id } from '../../repositories/id'
import {
  findNewestSegments,
  findSegmentsWithKey,
  findSegmentsWithStart,
  type SegmentAddress,
} from '../../repositories/searchSegments'
import { ANYTHING } from './keys'

/** A list of segments up to this long is read as a whole. A longer one is read piece by piece, the newest first. */
const MAX_LIST = 500
/** Beginnings of keys are compared document by document, so their list is shorter. */
const MAX_START_LIST = 150
/** The most keys that are looked up for one search. The messages are compared with all of it. */
const MAX_LOOKUPS = 6
/** The conversations in one query. */
const MAX_CONVERSATIONS = 1_000
/** The segments of each key in one piece. */
const PIECE_SIZE = 32

/** A key of the index, or several of which one suffices. */
export type Key = string | readonly string[]

/** What a search looks up. All of it must be in a segment. */
export interface Lookups {
  keys: Key[]
  starts: string[]
}

/** What to look up for filters and terms: of these the longest first, because they are likely the rarest. */
export function lookupsOf(terms: readonly Term[], filterKeys: readonly Key[]): Lookups {
  const lookups = terms.map(lookupOf)
  const words = [...new Set(lookups.flatMap(({ keys }) => keys))].sort((a, b) => b.length - a.length)
  return {
    keys: [...filterKeys, ...words].slice(0, MAX_LOOKUPS),
    starts: lookups.flatMap(({ start }) => start ?? []),
  }
}

/** Segments that may have what is searched for: their numbers by conversation, the newest first. */
export type Candidates = Map<string, number[]>

/**
 * The segments that may have what is searched for, if something in it is rare enough to list them all.
 * @returns null when everything in it is common
 */
export async function listCandidates(
  conversationIds: readonly Id[],
  { keys, starts }: Lookups,
): Promise<Candidates | null> {
  const lists = await Promise.all([
    ...keys.map((key) => listInParts(conversationIds, MAX_LIST, (ids, limit) => findSegmentsWithKey(ids, key, limit))),
    ...starts.map((start) =>
      listInParts(conversationIds, MAX_START_LIST, (ids, limit) => findSegmentsWithStart(ids, start, limit)),
    ),
  ])
  const complete = lists.filter((list) => list !== null)
  if (complete.length === 0) return null
  const uncertain = await listInParts(conversationIds, MAX_LIST, (ids, limit) =>
    findSegmentsWithKey(ids, ANYTHING, limit),
  )
  if (!uncertain) return null
  const [first, ...others] = complete.map((list) => new Map(list.map((segment) => [keyOf(segment), segment])))
  const common = [...first!].flatMap(([key, segment]) => (others.every((other) => other.has(key)) ? segment : []))
  return grouped([...common, ...uncertain])
}

/** The same for one conversation and a piece of it. It may contain segments without what is searched for. */
export async function newestCandidates(
  conversationId: Id,
  { keys }: Lookups,
  from: number,
): Promise<{ numbers: number[]; below: number }> {
  if (keys.length === 0) {
    const below = Math.max(-1, from - PIECE_SIZE)
    return { numbers: Array.from({ length: from - below }, (_, index) => from - index), below }
  }
  const [uncertain, ...lists] = await Promise.all(
    [ANYTHING, ...keys].map((key) => findNewestSegments(conversationId, key, from, PIECE_SIZE)),
  )
  // Down to here all lists are complete.
  const end = Math.max(...[uncertain!, ...lists].map((list) => (list.length < PIECE_SIZE ? 0 : list.at(-1)!)))
  const [first, ...others] = lists.map((list) => new Set(list))
  const common = [...first!].filter((number) => others.every((other) => other.has(number)))
  const numbers = [...new Set([...common, ...uncertain!])].filter((number) => number >= end)
  return { numbers: numbers.sort((a, b) => b - a), below: end - 1 }
}

/** Reads a list for many conversations. Null: it is longer than `max`. */
async function listInParts(
  conversationIds: readonly Id[],
  max: number,
  read: (ids: readonly Id[], limit: number) => Promise<SegmentAddress[]>,
): Promise<SegmentAddress[] | null> {
  const segments: SegmentAddress[] = []
  for (let start = 0; start < conversationIds.length; start += MAX_CONVERSATIONS) {
    const ids = conversationIds.slice(start, start + MAX_CONVERSATIONS)
    segments.push(...(await read(ids, max + 1 - segments.length)))
    if (segments.length > max) return null
  }
  return segments
}

function grouped(segments: readonly SegmentAddress[]): Candidates {
  const numbers = new Map<string, Set<number>>()
  for (const { conversationId, number } of segments) {
    const id = conversationId.toString()
    const known = numbers.get(id)
    if (known) known.add(number)
    else numbers.set(id, new Set([number]))
  }
  return new Map([...numbers].map(([id, found]) => [id, [...found].sort((a, b) => b - a)]))
}

function keyOf({ conversationId, number }: SegmentAddress): string {
  return `${conversationId.toString()} ${number}`
}
