import { ANYTHING } from './keys'
import type { Key, Lookups } from './candidates'

// The bytes of a segment's postings: the number of groups, where each group begins (four bytes each, little-endian), and
// the groups. A group has 16 entries, the last one fewer. An entry has the length of its key, the key in UTF-8, the number
// of messages that have it, and the offset of each in the segment. Entries are sorted by the bytes of their keys, so a key
// is found by looking at the first entries of some groups.

/** The offsets of the messages that have each key. */
export type OffsetsByKey = Map<string, Set<number>>

/** What a segment stores. */
export interface StoredPostings {
  keys: readonly string[]
  postings: Uint8Array
}

/** The most keys of a segment. One with more is looked through for everything. */
const MAX_KEYS = 20_000
const GROUP_SIZE = 16
const NUMBER_BYTES = 4

export function encodePostings(offsetsByKey: OffsetsByKey): StoredPostings {
  if (offsetsByKey.size > MAX_KEYS || offsetsByKey.has(ANYTHING))
    return { keys: [ANYTHING], postings: new Uint8Array() }
  const keys = sorted([...offsetsByKey.keys()])
  const groups = Math.ceil(keys.length / GROUP_SIZE)
  const head = Buffer.alloc(NUMBER_BYTES * (1 + groups))
  head.writeUInt32LE(groups)
  const parts: Buffer[] = [head]
  let at = head.length
  for (const [index, key] of keys.entries()) {
    if (index % GROUP_SIZE === 0) head.writeUInt32LE(at, NUMBER_BYTES * (1 + index / GROUP_SIZE))
    const bytes = Buffer.from(key)
    const offsets = offsetsByKey.get(key)!
    const entry = Buffer.from([bytes.length, ...bytes, offsets.size, ...offsets])
    parts.push(entry)
    at += entry.length
  }
  return { keys, postings: Buffer.concat(parts, at) }
}

/** Sorts keys by their bytes. JavaScript sorts strings faster, and in the same order unless there are surrogates. */
function sorted(keys: string[]): string[] {
  if (!keys.some((key) => /[\ud800-\udfff]/.test(key))) return keys.sort()
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** The whole of it, to change it. */
export function decodePostings(postings: Buffer): OffsetsByKey {
  if (postings.length === 0) return new Map([[ANYTHING, new Set()]])
  const reader = new PostingsReader(postings)
  return new Map(reader.all())
}

/**
 * The offsets of the messages that have everything that is looked up.
 * @param postings those of the segment; absent or empty: it does not say
 * @returns null when any message may have it
 */
export function offsetsWith(postings: Buffer | undefined, { keys, starts }: Lookups): number[] | null {
  if (!postings?.length) return null
  const reader = new PostingsReader(postings)
  let found: number[] | null = null
  const narrow = (offsets: Set<number>) => {
    found = found ? found.filter((offset) => offsets.has(offset)) : [...offsets]
    return found.length > 0
  }
  for (const key of keys) if (!narrow(reader.having(key))) return []
  for (const start of starts) if (!narrow(reader.starting(start))) return []
  return found
}

/** Reads without decoding a key that is not looked for. */
class PostingsReader {
  private readonly groups: number

  constructor(private readonly bytes: Buffer) {
    this.groups = bytes.readUInt32LE(0)
  }

  /** The offsets of the messages that have a key, or one of several. */
  having(key: Key): Set<number> {
    const offsets = new Set<number>()
    for (const wanted of typeof key === 'string' ? [key] : key) {
      const bytes = bytesOf(wanted)
      const group = this.groupOf(bytes)
      for (const at of this.entries(group, group + 1)) {
        if (this.bytes[at] !== bytes.length || this.compare(bytes, at) !== 0) continue
        this.addOffsets(offsets, at)
        break
      }
    }
    return offsets
  }

  /** The offsets of the messages that have a key with this beginning. */
  starting(start: string): Set<number> {
    const offsets = new Set<number>()
    const bytes = bytesOf(start)
    for (const at of this.entries(this.groupOf(bytes))) {
      const order = this.compare(bytes, at, bytes.length)
      if (order === 0) this.addOffsets(offsets, at)
      else if (order < 0) break
    }
    return offsets
  }

  /** Everything. */
  *all(): Generator<[key: string, offsets: Set<number>], void> {
    for (const at of this.entries(0)) {
      const offsets = new Set<number>()
      this.addOffsets(offsets, at)
      yield [this.bytes.toString('utf8', at + 1, at + 1 + this.bytes[at]!), offsets]
    }
  }

  /** Where the entries of some groups begin. */
  private *entries(from: number, to = this.groups): Generator<number, void> {
    const end = to < this.groups ? this.startOf(to) : this.bytes.length
    for (let at = from < this.groups ? this.startOf(from) : end; at < end;) {
      yield at
      const count = at + 1 + this.bytes[at]!
      at = count + 1 + this.bytes[count]!
    }
  }

  private addOffsets(offsets: Set<number>, at: number): void {
    const count = at + 1 + this.bytes[at]!
    for (let next = count + 1; next <= count + this.bytes[count]!; next++) offsets.add(this.bytes[next]!)
  }

  /** How a wanted key compares with that of an entry, of which only the first `length` bytes may count. */
  private compare(wanted: Buffer, at: number, length = Infinity): number {
    return wanted.compare(this.bytes, at + 1, at + 1 + Math.min(this.bytes[at]!, length))
  }

  /** The last group that does not begin behind a key: if the key is there, it is in this one. */
  private groupOf(key: Buffer): number {
    let low = 0
    let high = this.groups
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.compare(key, this.startOf(middle)) >= 0) low = middle
      else high = middle
    }
    return low
  }

  private startOf(group: number): number {
    return this.bytes.readUInt32LE(NUMBER_BYTES * (1 + group))
  }
}

/** The bytes of the keys that were looked up last. The same ones are looked for in many segments. */
const lastBytes = new Map<string, Buffer>()
const MAX_LAST_BYTES = 100

function bytesOf(key: string): Buffer {
  let bytes = lastBytes.get(key)
  if (!bytes) {
    if (lastBytes.size >= MAX_LAST_BYTES) lastBytes.clear()
    lastBytes.set(key, (bytes = Buffer.from(key)))
  }
  return bytes
}
