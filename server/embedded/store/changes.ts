import type { Entry, KeyRange, ScanOptions } from './layout'

/** A key and its new value; null for one that was removed. */
type Change = [key: Buffer, value: Buffer | null]

/** The changes of a group of writes, by key, before they are in the file. */
export class Changes {
  private readonly values = new Map<string, Buffer | null>()

  get isEmpty(): boolean {
    return this.values.size === 0
  }

  /** @returns the new value, null for a removed key, undefined for a key that is not changed */
  get(key: Buffer): Buffer | null | undefined {
    return this.values.get(nameOf(key))
  }

  put(key: Buffer, value: Buffer): void {
    this.values.set(nameOf(key), value)
  }

  remove(key: Buffer): void {
    this.values.set(nameOf(key), null)
  }

  *[Symbol.iterator](): Iterator<Change> {
    for (const [name, value] of this.values) yield [keyOf(name), value]
  }

  /** The changes in a range, in no order. `from` as for `scan`. */
  within({ low, high }: KeyRange, { from, reverse }: { from?: Buffer; reverse?: boolean } = {}): Change[] {
    const [first, end, last] = [nameOf(low), nameOf(high), from && nameOf(from)]
    const found: Change[] = []
    for (const [name, value] of this.values) {
      if (name < first || name >= end) continue
      if (last !== undefined && (reverse ? name >= last : name <= last)) continue
      found.push([keyOf(name), value])
    }
    return found
  }

  /**
   * The entries of a range as they will be. Options as for Keyspace.scan.
   * @param stored reads up to so many of the file's own entries
   */
  scan(range: KeyRange, options: ScanOptions, stored: (limit: number) => Entry[]): Entry[] {
    const changed = this.within(range, options)
    // Each change hides one of them at most.
    const entries = stored(options.limit + changed.length)
    if (changed.length === 0) return entries
    const replaced = new Set(changed.map(([key]) => nameOf(key)))
    const merged = entries.filter(({ key }) => !replaced.has(nameOf(key)))
    for (const [key, value] of changed) if (value) merged.push(options.values ? { key, value } : { key })
    const direction = options.reverse ? -1 : 1
    return merged.sort((a, b) => direction * Buffer.compare(a.key, b.key)).slice(0, options.limit)
  }
}

/** One character for each byte, so that names sort as keys do. */
function nameOf(key: Buffer): string {
  return key.toString('latin1')
}

function keyOf(name: string): Buffer {
  return Buffer.from(name, 'latin1')
}
