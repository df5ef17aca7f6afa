import { CLOSE } from '#shared/protocol/server'
import type { Fanout, FanoutListener, FanoutMessage } from './fanout/types'
import { textFrame } from './frame'
import type { Hub } from './hub'
import type { Presence } from './presence'

/**
 * Milliseconds until the tables are reloaded. After Valkey was unreachable, all tasks return and say so in this time.
 */
const SETTLE_MS = 3_000
/** How many people's tables are reloaded at the same time. */
const MAX_CONCURRENT = 8

/** What the receiver asks when events may have been missed, because the database has the source. */
interface Source {
  conversationIdsOf(userId: string): Promise<string[]>
  /** The ids of those among these people who are members. */
  membersAmong(conversationId: string, userIds: string[]): Promise<string[]>
  /** Drops what is remembered of sessions. */
  forgetAllSessions(): void
  isSessionAlive(sessionId: string): Promise<boolean>
}

interface Tables {
  hub: Hub
  presence: Presence
  fanout: Pick<Fanout, 'isCutOff'>
  source: Source
  settle?: number
}

/** Creates the listener that applies the channel's messages to this task's tables, in their order. */
export function createReceiver({ hub, presence, fanout, source, settle = SETTLE_MS }: Tables): FanoutListener {
  /** Resolves when the messages that wait behind a check are applied. Null: none waits. */
  let queue: Promise<void> | null = null
  let reload: Promise<void> | null = null

  function receive(message: FanoutMessage): void | Promise<void> {
    if (message.kind === 'presence') return presence.receive(message)
    if (message.kind === 'missed') return missed()
    const uncheckedId =
      fanout.isCutOff && message.kind === 'event' && 'conversationId' in message.to ? message.to.conversationId : null
    if (!uncheckedId && !queue) return hub.apply(message)
    const applied = (queue ?? Promise.resolve())
      .then(() => (uncheckedId ? dropFormerMembers(uncheckedId) : undefined))
      .then(() => hub.apply(message))
      .finally(() => {
        if (queue === settled) queue = null
      })
    const settled: Promise<void> = applied.catch(() => {})
    queue = settled
    return applied
  }

  /** Drops people who are no longer members. A task that is cut off misses removals, so it checks before each event. */
  async function dropFormerMembers(conversationId: string): Promise<void> {
    const listening = hub.userIdsIn(conversationId)
    const members = new Set(await source.membersAmong(conversationId, listening))
    const userIds = listening.filter((userId) => !members.has(userId))
    if (userIds.length > 0) hub.apply({ kind: 'left', conversationId, userIds })
  }

  function missed(): void {
    presence.renew()
    reload ??= new Promise<void>((resolve) => setTimeout(resolve, settle)).then(() => {
      reload = null
      return reloadEveryone()
    })
  }

  async function reloadEveryone(): Promise<void> {
    source.forgetAllSessions()
    const waiting = hub.userIds()
    const next = async (): Promise<void> => {
      for (let userId = waiting.pop(); userId !== undefined; userId = waiting.pop()) await reloadPerson(userId)
    }
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, next))
  }

  /** Reloads the tables before it tells clients to sync, so that they get every event after what they fetch. */
  async function reloadPerson(userId: string): Promise<void> {
    try {
      await hub.reload(userId, () => source.conversationIdsOf(userId))
      for (const connection of hub.connectionsOf(userId)) {
        if (await source.isSessionAlive(connection.sessionId)) connection.send(RESYNC)
        else connection.close(CLOSE.sessionEnded, 'the session ended')
      }
    } catch {
      // When the reload fails, the clients must connect again.
      for (const connection of hub.connectionsOf(userId)) connection.close(CLOSE.goingAway, 'come back later')
    }
  }

  return receive
}

const RESYNC = textFrame(JSON.stringify({ type: 'resync', data: {} }))
