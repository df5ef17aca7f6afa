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
  /** While the list loads: what the person joined (true) or left meanwhile, which the list may not know. Null afterwards. */
  meanwhile: Map<string, boolean> | null
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
        meanwhile: null,
      }
      this.users.set(connection.userId, fresh)
      fresh.ready = this.refill(fresh, loadConversationIds)
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

  /** Ids of the people who have a connection here. */
  userIds(): string[] {
    return [...this.users.keys()]
  }

  /** Ids of the people here who get the events of a conversation. */
  userIdsIn(conversationId: string): string[] {
    return Array.from(this.conversations.get(conversationId) ?? [], (listener) => listener.userId)
  }

  /** A person's connections here. */
  connectionsOf(userId: string): Connection[] {
    return [...(this.users.get(userId)?.connections ?? [])]
  }

  /** Reads anew which conversations a person is in, when what changed them may have been missed. */
  async reload(userId: string, loadConversationIds: () => Promise<string[]>): Promise<void> {
    const listener = this.users.get(userId)
    if (!listener) return
    await listener.ready
    listener.ready = this.refill(listener, loadConversationIds)
    await listener.ready
  }

  /** Does what one message of the channel says about this task's connections. */
  apply(message: FanoutMessage): void {
    if (message.kind === 'event') this.deliver(message)
    else if (message.kind === 'joined') this.join(message.conversationId, message.userIds)
    else if (message.kind === 'left') this.leave(message.conversationId, message.userIds)
    else if (message.kind === 'sessionsEnded') this.endSessions(message.sessionIds)
  }

  /** Makes a list that loads a person's own; what is published while it loads is newer than the list. */
  private async refill(listener: Listener, loadConversationIds: () => Promise<string[]>): Promise<void> {
    const meanwhile = (listener.meanwhile = new Map<string, boolean>())
    try {
      const ids = new Set(await loadConversationIds())
      for (const [id, joined] of meanwhile) {
        if (joined) ids.add(id)
        else ids.delete(id)
      }
      for (const id of listener.conversations) if (!ids.has(id)) this.quit(listener, id)
      for (const id of ids) this.enter(listener, id)
    } finally {
      listener.meanwhile = null
    }
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
      listener.meanwhile?.set(conversationId, true)
      this.enter(listener, conversationId)
    }
  }

  private leave(conversationId: string, userIds: string[]): void {
    for (const listener of this.listenersOf(userIds)) {
      listener.meanwhile?.set(conversationId, false)
      this.quit(listener, conversationId)
    }
  }

  private quit(listener: Listener, conversationId: string): void {
    listener.conversations.delete(conversationId)
    removeFrom(this.conversations, conversationId, listener)
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
