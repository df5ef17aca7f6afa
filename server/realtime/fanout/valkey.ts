import { randomUUID } from 'node:crypto'
import { logger } from '../../observability/logger'
import type { Valkey } from '../../valkey'
import { seal, unseal } from './envelope'
import { hand } from './listeners'
import type { Fanout, FanoutListener, FanoutMessage } from './types'

/** One channel for everything: that is what makes one order. What it costs stands in docs/architecture.md. */
const CHANNEL = 'webchat'
/** Milliseconds without its own messages coming back after which a task takes itself for cut off. */
const CONNECT_TIMEOUT_MS = 3_000

interface Pending {
  message: FanoutMessage | null
  since: number
  resolve(): void
}

/**
 * The fan-out of many processes, over Valkey's pub/sub. A task's own messages reach it by the same way as everybody's,
 * so that all tasks see one order; a message that was published when a removal had been is behind it everywhere.
 * Cut off, a task hands its messages to itself, those under way first, and tells everyone when it is back.
 */
export class ValkeyFanout implements Fanout {
  private readonly task = randomUUID()
  private readonly listeners = new Set<FanoutListener>()
  private readonly pending = new Map<number, Pending>()
  private readonly beat: NodeJS.Timeout
  private retry: NodeJS.Timeout | undefined
  private count = 0
  losses = 0
  private reachable = false
  /** Whether this task was cut off and the others do not know yet. */
  private missed = false
  private opened: (() => void) | undefined

  /**
   * @param client not connected yet; others may use it too
   * @param patience milliseconds after which silence counts as a loss
   */
  constructor(
    private readonly client: Valkey,
    private readonly patience = CONNECT_TIMEOUT_MS,
  ) {
    client.on('ready', () => void this.join())
    client.on('error', () => this.reconnect())
    client.on('end', () => this.lose())
    this.beat = setInterval(() => this.listen(), patience)
    this.beat.unref()
  }

  get alone(): boolean {
    return !this.reachable
  }

  async open(): Promise<void> {
    const ready = new Promise<void>((resolve) => (this.opened = resolve))
    // It tries for as long as this process lives; each failure is told by an event.
    this.client.connect().catch(() => {})
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.patience)))
    await Promise.race([ready, late]).finally(() => clearTimeout(timer))
    // From now on clients come, and what the others do passes them by.
    if (this.alone) this.missed = true
  }

  publish(message: FanoutMessage | null): Promise<void> {
    if (this.alone) {
      this.missed = true
      return this.hand(message)
    }
    const number = ++this.count
    return new Promise((resolve) => {
      this.pending.set(number, { message, since: Date.now(), resolve })
      this.client.publish(CHANNEL, seal({ task: this.task, number, message })).catch(() => this.reconnect())
    })
  }

  subscribe(listener: FanoutListener): void {
    this.listeners.add(listener)
  }

  async close(): Promise<void> {
    clearInterval(this.beat)
    clearTimeout(this.retry)
    this.lose()
    this.listeners.clear()
    this.client.destroy()
  }

  private async join(): Promise<void> {
    try {
      await this.client.subscribe(CHANNEL, this.receive)
    } catch {
      return this.reconnect()
    }
    // The connection may have gone again meanwhile, and the next one comes here too.
    if (!this.client.isReady) return
    this.reachable = true
    this.opened?.()
    if (!this.missed) return
    this.missed = false
    void this.publish({ kind: 'missed' })
  }

  private readonly receive = (text: string): void => {
    const envelope = unseal(text)
    if (!envelope) return logger.warn('a message between tasks was not understood')
    if (envelope.task !== this.task) return void this.hand(envelope.message)
    const mine = this.pending.get(envelope.number)
    // Else it was handed on when the connection was lost.
    if (!mine) return
    this.pending.delete(envelope.number)
    void this.hand(mine.message).then(mine.resolve)
  }

  private async hand(message: FanoutMessage | null): Promise<void> {
    if (message) await hand(this.listeners, message)
  }

  private lose(): void {
    if (this.alone) return
    this.reachable = false
    this.missed = true
    this.losses++
    const waiting = [...this.pending.values()]
    this.pending.clear()
    for (const { message, resolve } of waiting) void this.hand(message).then(resolve)
  }

  /** Sends a sign of life to itself, unless the last message has not come back for too long. */
  private listen(): void {
    if (this.alone) return
    if (!this.isOverdue()) return void this.publish(null)
    // After a long turn of the event loop the answer may be here already, unread.
    setImmediate(() => this.isOverdue() && this.reconnect())
  }

  private isOverdue(): boolean {
    const [oldest] = this.pending.values()
    return oldest !== undefined && Date.now() - oldest.since > this.patience
  }

  /** Gives up a connection that is there but does not carry. One that is gone comes back by itself. */
  private reconnect(): void {
    this.lose()
    if (!this.client.isReady) return
    this.client.destroy()
    this.retry = setTimeout(() => this.client.connect().catch(() => {}), this.patience / 3)
  }
}
