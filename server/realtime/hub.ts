import { CLOSE } from '#shared/protocol/server'
import type { FanoutMessage } from './fanout/types'
import { textFrame } from './frame'

/** One open socket, as the hub needs it. */
export interface Connection {
  readonly userId: string
  readonly sessionId: string
  /** Sends a whole frame. Frames that are sent in one turn of the event loop leave in one write. */
  send(frame: Buffer): void
  close(code: number, reason: string): void
}

/** A person with at least one socket on this task, and the conversations whose events they get. */
interface Listener {
  readonly userId: string
  readonly connections: Set<Connection>
  readonly conversations: Set<string>
  /** Whether they hide from some people what they read, and so do not get the read positions of others. */
  hidesReads: boolean
  /** Resolves when `conversations` is complete. */
  ready: Promise<void>
  /**
   * Conversations joined (true) or left while the list loads, which the list may not contain yet. Null when it is
   * loaded.
   */
  meanwhile: Map<string, boolean> | null
}

type PresenceListener = (userId: string, online: boolean) => void

/**
 * The connections of this task, by user and by conversation. It delivers each event to the connections it is for.
 * Membership changes arrive on the same ordered channel as events, so the tables are right for each event in turn.
 */
export class Hub {
  private readonly users = new Map<string, Listener>()
  private readonly conversations = new Map<string, Set<Listener>>()
  private readonly sessions = new Map<string, Set<Connection>>()

  constructor(private readonly onPresence: PresenceListener = () => {}) {}

  /**
   * Adds a connection. Resolves when it gets every event of its conversations. Events that are published from then on
   * reach it; what was published before, its client must fetch.
   * @param loadConversationIds called once, for a person's first connection; when it rejects, so does this
   */
  async attach(connection: Connection, loadConversationIds: () => Promise<string[]>): Promise<void> {
    let listener = this.users.get(connection.userId)
    if (!listener) {
      const fresh: Listener = {
        userId: connection.userId,
        connections: new Set(),
        conversations: new Set(),
        hidesReads: false,
        ready: Promise.resolve(),
        meanwhile: null,
      }
      this.users.set(connection.userId, fresh)
      fresh.ready = this.loadConversations(fresh, loadConversationIds)
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

  /** Removes a connection. Removing it again changes nothing. */
  detach(connection: Connection): void {
    removeFrom(this.sessions, connection.sessionId, connection)
    const listener = this.users.get(connection.userId)
    if (!listener?.connections.delete(connection) || listener.connections.size > 0) return
    this.users.delete(connection.userId)
    for (const id of listener.conversations) removeFrom(this.conversations, id, listener)
    this.onPresence(connection.userId, false)
  }

  /** The ids of the people who have a connection on this task. */
  userIds(): string[] {
    return [...this.users.keys()]
  }

  /** The ids of the people on this task who get the events of a conversation. */
  userIdsIn(conversationId: string): string[] {
    return Array.from(this.conversations.get(conversationId) ?? [], (listener) => listener.userId)
  }

  /** Notes whether a person hides from some people what they read. Without a connection here, nothing is noted. */
  noteHidesReads(userId: string, hides: boolean): void {
    const listener = this.users.get(userId)
    if (listener) listener.hidesReads = hides
  }

  /** A person's connections on this task. */
  connectionsOf(userId: string): Connection[] {
    return [...(this.users.get(userId)?.connections ?? [])]
  }

  /** Loads again which conversations a person is in. Called when changes of memberships may have been missed. */
  async reload(userId: string, loadConversationIds: () => Promise<string[]>): Promise<void> {
    const listener = this.users.get(userId)
    if (!listener) return
    await listener.ready
    listener.ready = this.loadConversations(listener, loadConversationIds)
    await listener.ready
  }

  /** Applies one message of the channel to this task's connections. */
  apply(message: FanoutMessage): void {
    if (message.kind === 'event') this.deliver(message)
    else if (message.kind === 'joined') this.join(message.conversationId, message.userIds)
    else if (message.kind === 'left') this.leave(message.conversationId, message.userIds)
    else if (message.kind === 'sessionsEnded') this.endSessions(message.sessionIds)
  }

  /** Loads a person's list of conversations. Changes that are published while it loads are newer than the list. */
  private async loadConversations(listener: Listener, loadConversationIds: () => Promise<string[]>): Promise<void> {
    const meanwhile = (listener.meanwhile = new Map<string, boolean>())
    try {
      const ids = new Set(await loadConversationIds())
      for (const [id, joined] of meanwhile) {
        if (joined) ids.add(id)
        else ids.delete(id)
      }
      for (const id of listener.conversations) if (!ids.has(id)) this.removeConversation(listener, id)
      for (const id of ids) this.addConversation(listener, id)
    } finally {
      listener.meanwhile = null
    }
  }

  private deliver({ to, event, except, reader }: FanoutMessage & { kind: 'event' }): void {
    const listeners = 'conversationId' in to ? this.conversations.get(to.conversationId) : this.listenersOf(to.userIds)
    if (!listeners) return
    let frame: Buffer | undefined
    for (const listener of listeners) {
      if (listener.userId === except) continue
      if (reader && listener.hidesReads && listener.userId !== reader) continue
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
      this.addConversation(listener, conversationId)
    }
  }

  private leave(conversationId: string, userIds: string[]): void {
    for (const listener of this.listenersOf(userIds)) {
      listener.meanwhile?.set(conversationId, false)
      this.removeConversation(listener, conversationId)
    }
  }

  private removeConversation(listener: Listener, conversationId: string): void {
    listener.conversations.delete(conversationId)
    removeFrom(this.conversations, conversationId, listener)
  }

  private addConversation(listener: Listener, conversationId: string): void {
    // A list that arrives after the last socket closed must not put the person back into the tables.
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
