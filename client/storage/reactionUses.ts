import type { TextStorage } from '../environment'

/** The most emoji whose uses are counted. */
const MAX_COUNTED = 50

const keyOf = (userId: string) => `webchat-reactions-${userId}`

/** How often a person has reacted with each emoji in this browser. */
export function readReactionUses(storage: TextStorage, userId: string): Map<string, number> {
  try {
    const stored: unknown = JSON.parse(storage.get(keyOf(userId)) ?? '{}')
    const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : []
    return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
  } catch {
    return new Map()
  }
}

export function writeReactionUses(storage: TextStorage, userId: string, uses: ReadonlyMap<string, number>): void {
  const mostUsed = [...uses].toSorted(([, one], [, other]) => other - one).slice(0, MAX_COUNTED)
  storage.set(keyOf(userId), JSON.stringify(Object.fromEntries(mostUsed)))
}

export function wipeReactionUses(storage: TextStorage, userId: string): void {
  storage.remove(keyOf(userId))
}
