import { CLOSE } from '#shared/protocol/server'
import type { FanoutMessage } from './fanout/types'
import { textFrame } from './frame'

/** One open socket, as the hub needs it. */
export interface Connection {
  readonly userId: string
  readonly sessionId: string
  /** Writes a whole frame; joins what is sent in one turn of the event loop. */
  send(frame: Buffer): void
  close(code: number, reason: string): void
}

/** A person with at least one socket on this task, and the conversations whose events he gets. */
interface Listener {
  readonly userId: string
  readonly connections: Set<Connection>
  readonly conversations: Set<string>
  /** Resolves when `conversations` is complete. */
  ready: Promise<void>
  /** While the list loads: what the person left meanwhile, which the list may still name. Null afterwards. */
  leftWhileLoading: Set<string> | null
}

type PresenceListener = (userId: string, online: boolean) => void

/**
 * Knows this task's connections by user and by conversation, and hands each event to those it is for.
 * Membership changes arrive on the same channel as events, so the table is right for each event in turn.
 */
export class Hub {
  private readonly users = new Map<string, Listener>()
  private readonly conversations = new Map<string, Set<Listener>>()
  private readonly sessions = new Map<string, Set<Connection>>()

  constructor(private readonly onPresence: PresenceListener = () => {}) {}

  /**
   * Takes a connection in. Resolves when it gets every event of its conversations; what is published from then on
   * reaches it, what was published before is for it to fetch.
   * @param loadConversationIds asked once for a person's first connection
   */
  async attach(connection: Connection, loadConversationIds: () => Promise<string[]>): Promise<void> {
    let listener = this.users.get(connection.userId)
    if (!listener) {
      const fresh: Listener = {
        userId: connection.userId,
        connections: new Set(),
        conversations: new Set(),
        ready: Promise.resolve(),
        leftWhileLoading: new Set(),
      }
      this.users.set(connection.userId, fresh)
      // A join that is published while the list loads adds itself to the same set: no order of the two loses it.
      fresh.ready = loadConversationIds().then((ids) => {
        for (const id of ids) if (!fresh.leftWhileLoading?.has(id)) this.enter(fresh, id)
        fresh.leftWhileLoading = null
      })
      listener = fresh
    }
    listener.connections.add(connection)
    addTo(this.sessions, connection.sessionId, connection)
    if (listener.connections.size === 1) this.onPresence(connection.userId, true)
    try {
      await listener.ready
    } catch (error) {
      this.detach(connection)
      throw error
    }
  }

  detach(connection: Connection): void {
    removeFrom(this.sessions, connection.sessionId, connection)
    const listener = this.users.get(connection.userId)
    if (!listener?.connections.delete(connection) || listener.connections.size > 0) return
    this.users.delete(connection.userId)
    for (const id of listener.conversations) removeFrom(this.conversations, id, listener)
    this.onPresence(connection.userId, false)
  }

  isOnline(userId: string): boolean {
    return this.users.has(userId)
  }

  /** Every connection of this task. */
  *connections(): Iterable<Connection> {
    for (const listener of this.users.values()) yield* listener.connections
  }

  /** Does what one message of the channel says. */
  apply(message: FanoutMessage): void {
    if (message.kind === 'event') this.deliver(message)
    else if (message.kind === 'joined') this.join(message.conversationId, message.userIds)
    else if (message.kind === 'left') this.leave(message.conversationId, message.userIds)
    else this.endSessions(message.sessionIds)
  }

  private deliver({ to, event, except }: FanoutMessage & { kind: 'event' }): void {
    const listeners = 'conversationId' in to ? this.conversations.get(to.conversationId) : this.listenersOf(to.userIds)
    if (!listeners) return
    let frame: Buffer | undefined
    for (const listener of listeners) {
      if (listener.userId === except) continue
      frame ??= textFrame(event)
      for (const connection of listener.connections) connection.send(frame)
    }
  }

  private *listenersOf(userIds: string[]): Iterable<Listener> {
    for (const userId of userIds) {
      const listener = this.users.get(userId)
      if (listener) yield listener
    }
  }

  private join(conversationId: string, userIds: string[]): void {
    for (const listener of this.listenersOf(userIds)) {
      listener.leftWhileLoading?.delete(conversationId)
      this.enter(listener, conversationId)
    }
  }

  private leave(conversationId: string, userIds: string[]): void {
    for (const listener of this.listenersOf(userIds)) {
      listener.leftWhileLoading?.add(conversationId)
      listener.conversations.delete(conversationId)
      removeFrom(this.conversations, conversationId, listener)
    }
  }

  private enter(listener: Listener, conversationId: string): void {
    // A list that arrives after the last socket closed must not bring the person back into the table.
    if (this.users.get(listener.userId) !== listener) return
    listener.conversations.add(conversationId)
    addTo(this.conversations, conversationId, listener)
  }

  private endSessions(sessionIds: string[]): void {
    for (const id of sessionIds) {
      for (const connection of this.sessions.get(id) ?? []) connection.close(CLOSE.sessionEnded, 'the session ended')
    }
  }
}

function addTo<V>(map: Map<string, Set<V>>, key: string, value: V): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}

function removeFrom<V>(map: Map<string, Set<V>>, key: string, value: V): void {
  const set = map.get(key)
  if (set?.delete(value) && set.size === 0) map.delete(key)
}
