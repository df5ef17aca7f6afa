import type { TextStorage } from '../environment'

/** Messages that are remembered; the oldest make room. */
const MAX_MESSAGES = 300

/** What this browser remembers of a person's listening: where each message was left, and which were heard. */
interface Remembered {
  /** Milliseconds, by message. */
  places: [messageId: string, place: number][]
  heard: { conversationId: string; messageId: string; told: boolean }[]
}

const keyOf = (userId: string) => `webchat-voice-${userId}`

export function readListening(storage: TextStorage, userId: string): Remembered {
  try {
    return { places: [], heard: [], ...(JSON.parse(storage.get(keyOf(userId)) ?? '{}') as Partial<Remembered>) }
  } catch {
    return { places: [], heard: [] }
  }
}

export function writeListening(storage: TextStorage, userId: string, { places, heard }: Remembered): void {
  storage.set(keyOf(userId), JSON.stringify({ places: places.slice(-MAX_MESSAGES), heard: heard.slice(-MAX_MESSAGES) }))
}

export function wipeListening(storage: TextStorage, userId: string): void {
  storage.remove(keyOf(userId))
}
