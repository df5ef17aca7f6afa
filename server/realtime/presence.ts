import type { ServerEvents } from '#shared/protocol/server'
import { textFrame } from './frame'
import type { FanoutMessage } from './fanout/types'
import type { Connection } from './hub'
import type { Leases } from './leases'

/** Milliseconds for which a person stays online after their last socket closed, because a reload is no departure. */
const DEPARTURE_GRACE_MS = 2_000
/** Milliseconds between two renewals of this task's leases. Three fit into one lease. */
const RENEWAL_INTERVAL_MS = 25_000

export type PresenceMessage = FanoutMessage & { kind: 'presence' }

interface Dependencies {
  leases: Leases
  /** Announces to every task, including this one, which then calls `receive`. */
  announce(message: PresenceMessage): void
  /** Stores when a person who is offline everywhere was last online. It never rejects. */
  onDeparture(userId: string, at: Date): Promise<void>
}

/**
 * Tells clients who is online among the people they have on screen. It knows who is on this task by the sockets, and
 * who is on other tasks by their announcements. Leases tell where an announcement was missed or never made.
 */
export class Presence {
  private readonly watchers = new Map<string, Set<Connection>>()
  private readonly watched = new Map<Connection, string[]>()
  /** The watched people whose presence a connection's person may not see. Most connections have none. */
  private readonly hidden = new Map<Connection, ReadonlySet<string>>()
  private readonly here = new Set<string>()
  /** What was last announced to the watchers of each watched person. */
  private readonly announced = new Map<string, boolean>()
  private readonly departures = new Map<string, NodeJS.Timeout>()
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly deps: Dependencies) {}

  /**
   * Replaces the list of people that a connection watches.
   * @param hidden those among them whom its person may not see; they count as offline
   * @returns the ids of those who are online
   */
  async watch(
    connection: Connection,
    userIds: readonly string[],
    hidden: ReadonlySet<string> = new Set(),
  ): Promise<Set<string>> {
    this.unwatch(connection)
    const unique = [...new Set(userIds)]
    this.watched.set(connection, unique)
    if (hidden.size > 0) this.hidden.set(connection, hidden)
    for (const userId of unique) {
      const set = this.watchers.get(userId)
      if (set) set.add(connection)
      else this.watchers.set(userId, new Set([connection]))
    }
    const elsewhere = await this.askLeases(unique)
    // An announcement that came while the answer was on its way is newer than the answer.
    const online = unique.filter((id) => this.here.has(id) || (this.announced.get(id) ?? elsewhere?.has(id)))
    for (const id of unique) if (this.watchers.has(id)) this.announced.set(id, online.includes(id))
    return new Set(online.filter((id) => !this.isHidden(connection, id)))
  }

  /** The connections that watch one of these people or belong to one. @param userIds null: all that watch somebody */
  concerned(userIds: readonly string[] | null): { connection: Connection; watched: readonly string[] }[] {
    const ids = userIds && new Set(userIds)
    return Array.from(this.watched, ([connection, watched]) => ({ connection, watched })).filter(
      ({ connection, watched }) => !ids || ids.has(connection.userId) || watched.some((id) => ids.has(id)),
    )
  }

  /**
   * Changes which of the watched people a connection's person may not see, and tells it what that changes.
   * @param watched the list that the answer is about. If the connection has another one by now, nothing is changed.
   */
  setHidden(connection: Connection, watched: readonly string[], hidden: ReadonlySet<string>): void {
    if (this.watched.get(connection) !== watched) return
    for (const userId of watched) {
      const isOnline = this.here.has(userId) || this.announced.get(userId) === true
      if (isOnline && hidden.has(userId) !== this.isHidden(connection, userId))
        connection.send(presenceFrame({ userId, online: !hidden.has(userId), lastSeenAt: null }))
    }
    if (hidden.size > 0) this.hidden.set(connection, hidden)
    else this.hidden.delete(connection)
  }

  /** Forgets what a connection watches. */
  unwatch(connection: Connection): void {
    for (const userId of this.watched.get(connection) ?? []) {
      const set = this.watchers.get(userId)
      if (!set?.delete(connection) || set.size > 0) continue
      this.watchers.delete(userId)
      this.announced.delete(userId)
    }
    this.watched.delete(connection)
    this.hidden.delete(connection)
  }

  /** A person's first socket on this task opened. */
  arrived(userId: string): void {
    clearTimeout(this.departures.get(userId))
    this.departures.delete(userId)
    if (this.here.has(userId)) return
    this.here.add(userId)
    this.deps.leases.take([userId]).catch(ignoreUntilRenewal)
    this.deps.announce({ kind: 'presence', userId, online: true, lastSeenAt: null })
  }

  /** A person's last socket on this task closed. */
  left(userId: string): void {
    const at = new Date()
    clearTimeout(this.departures.get(userId))
    const departure = setTimeout(() => {
      this.departures.delete(userId)
      this.here.delete(userId)
      void this.depart(userId, at)
    }, DEPARTURE_GRACE_MS)
    departure.unref()
    this.departures.set(userId, departure)
  }

  /** Takes an announcement of any task, and passes it on to the watchers here. */
  receive({ userId, online, lastSeenAt }: PresenceMessage): void {
    const watchers = this.watchers.get(userId)
    const before = this.announced.get(userId)
    if (!watchers || before === online || (!online && this.here.has(userId))) return
    this.announced.set(userId, online)
    // Nobody was told anything yet: the answer to the watch is on its way, and says this.
    if (before === undefined) return
    const frame = presenceFrame({ userId, online, lastSeenAt })
    for (const connection of watchers) if (!this.isHidden(connection, userId)) connection.send(frame)
  }

  /**
   * Renews the leases of everyone here, now and regularly. From the next renewal on it also compares with the leases.
   */
  renew(): void {
    clearInterval(this.timer)
    this.deps.leases.take([...this.here]).catch(ignoreUntilRenewal)
    this.timer = setInterval(() => {
      this.deps.leases.take([...this.here]).catch(ignoreUntilRenewal)
      void this.compare()
    }, RENEWAL_INTERVAL_MS)
    this.timer.unref()
  }

  /** Ends the leases of everyone here, because this task stops. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    await Promise.allSettled([...this.here].map((userId) => this.deps.leases.drop(userId)))
  }

  private isHidden(connection: Connection, userId: string): boolean {
    return this.hidden.get(connection)?.has(userId) === true
  }

  private async depart(userId: string, at: Date): Promise<void> {
    const elsewhere = await this.deps.leases.drop(userId).catch(() => false)
    if (elsewhere || this.here.has(userId)) return
    // The time is stored first, because the clients that get the announcement may ask for it at once.
    await this.deps.onDeparture(userId, at)
    if (this.here.has(userId)) return
    this.deps.announce({ kind: 'presence', userId, online: false, lastSeenAt: at.toISOString() })
  }

  /** Announces arrivals and departures that nobody announced, because a task died or was cut off. */
  private async compare(): Promise<void> {
    const away = [...this.watchers.keys()].filter((userId) => !this.here.has(userId))
    const elsewhere = await this.askLeases(away)
    if (!elsewhere) return
    const now = new Date().toISOString()
    for (const userId of away) {
      const online = elsewhere.has(userId)
      this.receive({ kind: 'presence', userId, online, lastSeenAt: online ? null : now })
    }
  }

  private askLeases(userIds: string[]): Promise<Set<string> | null> {
    return this.deps.leases.online(userIds).catch(() => null)
  }
}

function presenceFrame(data: ServerEvents['presence']): Buffer {
  return textFrame(JSON.stringify({ type: 'presence', data }))
}

/** Ignores that leases could not be taken: the next renewal takes them. */
function ignoreUntilRenewal(): void {}
