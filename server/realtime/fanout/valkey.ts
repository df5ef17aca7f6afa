import { randomUUID } from 'node:crypto'
import { logger } from '../../observability/logger'
import type { Valkey } from '../../valkey'
import { withTimeout } from '../../withTimeout'
import { seal, unseal } from './envelope'
import { notifyListeners } from './listeners'
import type { Fanout, FanoutListener, FanoutMessage } from './types'

/** One channel for everything, which makes one order. docs/architecture.md says what it costs. */
const CHANNEL = 'webchat'
/** Milliseconds after which a task whose own messages do not come back counts itself as cut off. */
const CONNECT_TIMEOUT_MS = 3_000

interface Pending {
  message: FanoutMessage | null
  since: number
  resolve(): void
}

/**
 * The fan-out of many processes, over Valkey's pub/sub. A task gets its own messages back through Valkey, so all tasks
 * see one order: a message that is published after a removal comes after it everywhere. A task that is cut off delivers
 * its messages to itself, those under way first, and tells everyone when it is back.
 */
export class ValkeyFanout implements Fanout {
  private readonly task = randomUUID()
  private readonly listeners = new Set<FanoutListener>()
  private readonly pending = new Map<number, Pending>()
  private readonly heartbeat: NodeJS.Timeout
  private retryTimer: NodeJS.Timeout | undefined
  private count = 0
  losses = 0
  private reachable = false
  /** Whether this task was cut off and the others do not know yet. */
  private hasMissed = false
  private resolveOpen: (() => void) | undefined

  /**
   * @param client not connected yet; others may use it too
   * @param timeoutMs milliseconds after which silence counts as a lost connection
   */
  constructor(
    private readonly client: Valkey,
    private readonly timeoutMs = CONNECT_TIMEOUT_MS,
  ) {
    client.on('ready', () => void this.join())
    client.on('error', () => this.reconnect())
    client.on('end', () => this.lose())
    this.heartbeat = setInterval(() => this.checkHeartbeat(), timeoutMs)
    this.heartbeat.unref()
  }

  get isCutOff(): boolean {
    return !this.reachable
  }

  async open(): Promise<void> {
    const ready = new Promise<void>((resolve) => (this.resolveOpen = resolve))
    // The client tries for as long as this process lives, and reports each failure by an event.
    this.client.connect().catch(() => {})
    await withTimeout(ready, this.timeoutMs, () => {})
    // Clients may connect from now on, and they would miss what other tasks publish.
    if (this.isCutOff) this.hasMissed = true
  }

  publish(message: FanoutMessage | null): Promise<void> {
    if (this.isCutOff) {
      this.hasMissed = true
      return this.deliver(message)
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
    clearInterval(this.heartbeat)
    clearTimeout(this.retryTimer)
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
    // The connection may be lost again by now. The next one gets here too.
    if (!this.client.isReady) return
    this.reachable = true
    this.resolveOpen?.()
    if (!this.hasMissed) return
    this.hasMissed = false
    void this.publish({ kind: 'missed' })
  }

  private readonly receive = (text: string): void => {
    const envelope = unseal(text)
    if (!envelope) return logger.warn('a message between tasks was not understood')
    if (envelope.task !== this.task) return void this.deliver(envelope.message)
    const own = this.pending.get(envelope.number)
    // Without an entry, it was delivered when the connection was lost.
    if (!own) return
    this.pending.delete(envelope.number)
    void this.deliver(own.message).then(own.resolve)
  }

  private async deliver(message: FanoutMessage | null): Promise<void> {
    if (message) await notifyListeners(this.listeners, message)
  }

  private lose(): void {
    if (this.isCutOff) return
    this.reachable = false
    this.hasMissed = true
    this.losses++
    const waiting = [...this.pending.values()]
    this.pending.clear()
    for (const { message, resolve } of waiting) void this.deliver(message).then(resolve)
  }

  /** Sends itself a heartbeat. Reconnects instead if a message has not come back in time. */
  private checkHeartbeat(): void {
    if (this.isCutOff) return
    if (!this.isOverdue()) return void this.publish(null)
    // After a long turn of the event loop the message may have arrived and not been read yet.
    setImmediate(() => {
      if (this.isOverdue()) this.reconnect()
    })
  }

  private isOverdue(): boolean {
    const [oldest] = this.pending.values()
    return oldest !== undefined && Date.now() - oldest.since > this.timeoutMs
  }

  /** Replaces a connection that is open but does not work. A closed one reconnects by itself. */
  private reconnect(): void {
    this.lose()
    if (!this.client.isReady) return
    this.client.destroy()
    this.retryTimer = setTimeout(() => this.client.connect().catch(() => {}), this.timeoutMs / 3)
  }
}
