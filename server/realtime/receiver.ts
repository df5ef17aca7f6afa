import { CLOSE } from '#shared/protocol/server'
import type { Fanout, FanoutListener, FanoutMessage } from './fanout/types'
import { textFrame } from './frame'
import type { Hub } from './hub'
import type { Presence } from './presence'

/** Milliseconds until the tables are read anew: when Valkey was away, all tasks come back and say so within this time. */
const SETTLE_MS = 3_000
/** People whose tables are read anew at the same time. */
const MAX_CONCURRENT = 8

/** What the receiver asks the database for when events may have been missed. */
interface Truth {
  conversationIdsOf(userId: string): Promise<string[]>
  /** Those of these people who are members. */
  membersAmong(conversationId: string, userIds: string[]): Promise<string[]>
  /** From here on nothing that was remembered of sessions counts. */
  forgetAllSessions(): void
  isSessionAlive(sessionId: string): Promise<boolean>
}

interface Tables {
  hub: Hub
  presence: Presence
  fanout: Pick<Fanout, 'alone'>
  truth: Truth
  settle?: number
}

/** Makes what stands between the channel and this task's tables: it takes the messages in their order. */
export function createReceiver({ hub, presence, fanout, truth, settle = SETTLE_MS }: Tables): FanoutListener {
  /** The messages that wait, because one before them is being checked. */
  let behind: Promise<void> | null = null
  let reload: Promise<void> | null = null

  function receive(message: FanoutMessage): void | Promise<void> {
    if (message.kind === 'presence') return presence.receive(message)
    if (message.kind === 'missed') return missed()
    const doubtful = fanout.alone && message.kind === 'event' && 'conversationId' in message.to ? message.to.conversationId : null
    if (!doubtful && !behind) return hub.apply(message)
    const turn = (behind ?? Promise.resolve())
      .then(() => (doubtful ? keepMembers(doubtful) : undefined))
      .then(() => hub.apply(message))
      .finally(() => {
        if (behind === settled) behind = null
      })
    const settled: Promise<void> = turn.catch(() => {})
    behind = settled
    return turn
  }

  /** Cut off from the others, a task does not hear of removals: it asks before it hands on what they must not get. */
  async function keepMembers(conversationId: string): Promise<void> {
    const listening = hub.userIdsIn(conversationId)
    const members = new Set(await truth.membersAmong(conversationId, listening))
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
    truth.forgetAllSessions()
    const waiting = hub.userIds()
    const next = async (): Promise<void> => {
      for (let userId = waiting.pop(); userId !== undefined; userId = waiting.pop()) await reloadPerson(userId)
    }
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, next))
  }

  /** First the tables, then the word to sync: what comes after what the client fetches reaches it. */
  async function reloadPerson(userId: string): Promise<void> {
    try {
      await hub.reload(userId, () => truth.conversationIdsOf(userId))
      for (const connection of hub.connectionsOf(userId)) {
        if (await truth.isSessionAlive(connection.sessionId)) connection.send(RESYNC)
        else connection.close(CLOSE.sessionEnded, 'the session ended')
      }
    } catch {
      // Whoever cannot be told rightly comes back and is.
      for (const connection of hub.connectionsOf(userId)) connection.close(CLOSE.goingAway, 'come back later')
    }
  }

  return receive
}

const RESYNC = textFrame(JSON.stringify({ type: 'resync', data: {} }))
