import type { ServerEvents } from '#shared/protocol/server'
import { textFrame } from './frame'
import type { Connection } from './hub'

/** Milliseconds that a person stays "online" after the last socket closed: a reload is no departure. */
const DEPARTURE_GRACE = 2_000

/**
 * Who is online, told to those who have the person on screen. It lives in memory with the sockets themselves,
 * so a stopped process leaves nobody online for ever.
 */
export class Presence {
  private readonly watchers = new Map<string, Set<Connection>>()
  private readonly watched = new Map<Connection, string[]>()
  private readonly online = new Set<string>()
  private readonly departures = new Map<string, NodeJS.Timeout>()

  /** @param onDeparture called when a person has really gone, with the time he was last here */
  constructor(private readonly onDeparture: (userId: string, at: Date) => void) {}

  isOnline(userId: string): boolean {
    return this.online.has(userId)
  }

  /** Replaces the list of people that a connection is told about. */
  watch(connection: Connection, userIds: readonly string[]): void {
    this.unwatch(connection)
    const unique = [...new Set(userIds)]
    this.watched.set(connection, unique)
    for (const userId of unique) {
      const set = this.watchers.get(userId)
      if (set) set.add(connection)
      else this.watchers.set(userId, new Set([connection]))
    }
  }

  unwatch(connection: Connection): void {
    for (const userId of this.watched.get(connection) ?? []) {
      const set = this.watchers.get(userId)
      if (set?.delete(connection) && set.size === 0) this.watchers.delete(userId)
    }
    this.watched.delete(connection)
  }

  arrived(userId: string): void {
    clearTimeout(this.departures.get(userId))
    this.departures.delete(userId)
    if (this.online.has(userId)) return
    this.online.add(userId)
    this.tell({ userId, online: true, lastSeenAt: null })
  }

  left(userId: string): void {
    const at = new Date()
    clearTimeout(this.departures.get(userId))
    const departure = setTimeout(() => {
      this.departures.delete(userId)
      this.online.delete(userId)
      this.onDeparture(userId, at)
      this.tell({ userId, online: false, lastSeenAt: at.toISOString() })
    }, DEPARTURE_GRACE)
    departure.unref()
    this.departures.set(userId, departure)
  }

  private tell(data: ServerEvents['presence']): void {
    const watchers = this.watchers.get(data.userId)
    if (!watchers) return
    const frame = textFrame(JSON.stringify({ type: 'presence', data }))
    for (const connection of watchers) connection.send(frame)
  }
}
