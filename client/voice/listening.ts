import type { TextStorage } from '../environment'

/** The most messages that are remembered. Beyond it the oldest are forgotten. */
const MAX_MESSAGES = 300

/** What this browser remembers of a person's listening. */
interface Listening {
  /** Where the person stopped listening, in milliseconds. */
  positions: [messageId: string, position: number][]
  heard: { conversationId: string; messageId: string; isAnnounced: boolean }[]
}

/** The same as it is stored. These names stay: browsers have texts with them. */
interface Stored {
  places: [messageId: string, position: number][]
  heard: { conversationId: string; messageId: string; told: boolean }[]
}

const keyOf = (userId: string) => `webchat-voice-${userId}`

export function readListening(storage: TextStorage, userId: string): Listening {
  try {
    const { places = [], heard = [] } = JSON.parse(storage.get(keyOf(userId)) ?? '{}') as Partial<Stored>
    return { positions: places, heard: heard.map(({ told, ...message }) => ({ ...message, isAnnounced: told })) }
  } catch {
    return { positions: [], heard: [] }
  }
}

export function writeListening(storage: TextStorage, userId: string, { positions, heard }: Listening): void {
  const stored: Stored = {
    places: positions.slice(-MAX_MESSAGES),
    heard: heard.slice(-MAX_MESSAGES).map(({ isAnnounced, ...message }) => ({ ...message, told: isAnnounced })),
  }
  storage.set(keyOf(userId), JSON.stringify(stored))
}

export function wipeListening(storage: TextStorage, userId: string): void {
  storage.remove(keyOf(userId))
}
