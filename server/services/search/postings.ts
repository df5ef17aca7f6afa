import { ANYTHING } from './keys'
import type { Key, Lookups } from './candidates'

/** What a segment stores: its keys, and for each of them, in the same order, how many messages have it and which. */
export interface Postings {
  keys: readonly string[]
  /** A byte for the number of messages, and one for the offset of each in the segment. */
  hits: Uint8Array
}

/** The offsets of the messages that have each key. */
export type OffsetsByKey = Map<string, Set<number>>

/** The most keys of a segment. One with more is looked through for everything. */
const MAX_KEYS = 20_000

export function encodePostings(offsetsByKey: OffsetsByKey): Postings {
  if (offsetsByKey.size > MAX_KEYS || offsetsByKey.has(ANYTHING)) return { keys: [ANYTHING], hits: new Uint8Array([0]) }
  const hits: number[] = []
  for (const offsets of offsetsByKey.values()) hits.push(offsets.size, ...offsets)
  return { keys: [...offsetsByKey.keys()], hits: Uint8Array.from(hits) }
}

export function decodePostings({ keys, hits }: Postings): OffsetsByKey {
  let at = 0
  return new Map(
    keys.map((key) => {
      const begin = at + 1
      at = begin + hits[at]!
      return [key, new Set(hits.subarray(begin, at))]
    }),
  )
}

/** The offsets of the messages that have everything that is looked up. Null: any message may have it. */
export function offsetsWith({ keys, hits }: Postings, lookups: Lookups): number[] | null {
  if (keys[0] === ANYTHING) return null
  const wanted = [...lookups.keys.map(hasKey), ...lookups.starts.map(startsWith)]
  const masks = wanted.map(() => new Set<number>())
  let at = 0
  for (const key of keys) {
    const begin = at + 1
    at = begin + hits[at]!
    for (const [index, isWanted] of wanted.entries()) {
      if (isWanted(key)) for (const offset of hits.subarray(begin, at)) masks[index]!.add(offset)
    }
  }
  const [first, ...others] = masks
  return first ? [...first].filter((offset) => others.every((other) => other.has(offset))) : null
}

function hasKey(wanted: Key): (key: string) => boolean {
  return typeof wanted === 'string' ? (key) => key === wanted : (key) => wanted.includes(key)
}

function startsWith(start: string): (key: string) => boolean {
  return (key) => key.startsWith(start)
}
