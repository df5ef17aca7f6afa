import type { Screen } from '#shared/domain/notification'
import type { Valkey } from '../valkey'
import type { Connection } from './hub'
import { TASKS } from './leases'

/** Seconds after which what is known of a person's open pages is dropped, if nothing is heard of them. */
const KEPT_S = 24 * 3_600

/** What is on screen on the open pages of people, on all tasks. */
export class Screens {
  private readonly here = new Map<string, Map<Connection, Screen>>()
  private readonly names = new Map<Connection, string>()
  private opened = 0

  /**
   * @param valkey what the tasks share; null: this task is the only one
   * @param task this task's name
   */
  constructor(
    private readonly valkey: Valkey | null,
    private readonly task: string,
  ) {}

  /** Sets what is on screen on an open page. */
  async set(connection: Connection, { conversationId, canNotify }: Omit<Screen, 'device'>): Promise<void> {
    const { userId, sessionId } = connection
    const screen = { device: sessionId, conversationId, canNotify }
    const pages = this.here.get(userId) ?? new Map<Connection, Screen>()
    this.here.set(userId, pages.set(connection, screen))
    const name = this.names.get(connection) ?? `${this.task} ${++this.opened}`
    this.names.set(connection, name)
    await this.valkey?.hSet(keyOf(userId), name, JSON.stringify(screen)).catch(ignore)
    await this.valkey?.expire(keyOf(userId), KEPT_S).catch(ignore)
  }

  /** Forgets a page that was closed. */
  async remove(connection: Connection): Promise<void> {
    const { userId } = connection
    const pages = this.here.get(userId)
    pages?.delete(connection)
    if (pages?.size === 0) this.here.delete(userId)
    const name = this.names.get(connection)
    this.names.delete(connection)
    if (name) await this.valkey?.hDel(keyOf(userId), name).catch(ignore)
  }

  /** The open pages of a person. While Valkey is away, those on this task. */
  async of(userId: string): Promise<Screen[]> {
    return [...(this.here.get(userId)?.values() ?? []), ...(await this.elsewhere(userId).catch(() => []))]
  }

  /** What a task that died has left behind counts no longer than its lease. */
  private async elsewhere(userId: string): Promise<Screen[]> {
    if (!this.valkey) return []
    const pages = Object.entries(await this.valkey.hGetAll(keyOf(userId)))
    const others = pages.filter(([name]) => !name.startsWith(`${this.task} `))
    if (others.length === 0) return []
    const tasks = new Set(await this.valkey.zRangeByScore(TASKS, Date.now(), '+inf'))
    return others.flatMap(([name, screen]) => (tasks.has(name.split(' ')[0]!) ? [JSON.parse(screen) as Screen] : []))
  }
}

const keyOf = (userId: string) => `screens:${userId}`

/** Without Valkey, a push may be sent that a page elsewhere makes needless. */
function ignore(): void {}
