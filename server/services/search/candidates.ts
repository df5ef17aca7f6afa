import { lookupOf, type Term } from '#shared/domain/search/terms'
import type { Id } from '../../repositories/id'
import {
  countSegmentsWithKey,
  findSegmentsWithKey,
  findSegmentsWithStart,
  type SegmentAddress,
} from '../../repositories/searchSegments'
import { ANYTHING } from './keys'

/** The most keys that are looked up for one search. The messages are compared with all of it. */
const MAX_LOOKUPS = 6
/** The long lists that are read for one search. */
const MAX_RAREST = 2
/** The conversations in one query. */
const MAX_CONVERSATIONS = 1_000

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

export function isEmpty({ keys, starts }: Lookups): boolean {
  return keys.length === 0 && starts.length === 0
}

/** Segments that may have what is searched for: their numbers by conversation, the newest first. */
export type Candidates = Map<string, number[]>

/** The rarest of what is looked up: the keys that are in at most `max` segments, the rarest first, and no beginnings. */
export async function rarestOf(conversationIds: readonly Id[], { keys }: Lookups, max: number): Promise<Lookups> {
  const ids = conversationIds.slice(0, MAX_CONVERSATIONS)
  const counted = await Promise.all(
    keys.map(async (key) => ({
      key,
      count: typeof key === 'string' ? await countSegmentsWithKey(ids, key) : Infinity,
    })),
  )
  const rare = counted.filter(({ count }) => count <= max).sort((a, b) => a.count - b.count)
  return { keys: rare.slice(0, MAX_RAREST).map(({ key }) => key), starts: [] }
}

/**
 * The segments that may have what is searched for, if something in it is rare enough to list them all.
 * @param max the most segments of a list that is read as a whole
 * @returns null when everything in it is in more segments
 */
export async function listCandidates(
  conversationIds: readonly Id[],
  { keys, starts }: Lookups,
  max: number,
): Promise<Candidates | null> {
  if (isEmpty({ keys, starts })) return null
  const list = (read: (ids: readonly Id[], limit: number) => Promise<SegmentAddress[]>) =>
    listInParts(conversationIds, max, read)
  const [uncertain, ...lists] = await Promise.all([
    ...[ANYTHING, ...keys].map((key) => list((ids, limit) => findSegmentsWithKey(ids, key, limit))),
    ...starts.map((start) => list((ids, limit) => findSegmentsWithStart(ids, start, limit))),
  ])
  const complete = lists.filter((one) => one !== null)
  if (complete.length === 0 || !uncertain) return null
  const [shortest, ...others] = complete.sort((a, b) => a.length - b.length)
  const known = others.map((other) => new Set(other.map(keyOf)))
  const common = shortest!.filter((segment) => known.every((other) => other.has(keyOf(segment))))
  return grouped([...common, ...uncertain])
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
