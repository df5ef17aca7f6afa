import type { Message } from '#shared/schemas/message'
import { asApiError, type ApiError } from './apiError'
import type { Channel, Environment } from './environment'
import { Leadership } from './leadership'
import type { OutboxEntry } from './outboxEntry'
import { openOutboxStorage, type OutboxStorage } from './outboxStorage'
import { isHopeless, retryDelay } from './sendRetry'

/** A tab that is online takes the sending over from one that let an entry lie for so long (frozen, or itself offline). */
const TAKEOVER_AFTER = 5_000

type News =
  | { kind: 'stored' }
  | { kind: 'state'; clientId: string; state: OutboxEntry['state']; retryAt?: number }
  | { kind: 'delivered'; message: Message }

/**
 * One person's unsent messages in this browser: kept until the server has acknowledged each of them, sent in the order
 * of writing within a conversation, by one tab at a time, always under the same clientId so that no repetition doubles.
 */
export class Outbox {
  /** In the order of writing, the same in every tab. Replaced, never changed in place. */
  entries: readonly OutboxEntry[] = []
  onChange: () => void = () => {}
  /** A message is durable. Called before its entry leaves `entries`, so that one takes the other's place on the screen. */
  onDelivered: (message: Message) => void = () => {}

  private readonly storage: Promise<OutboxStorage>
  private readonly channel: Channel
  /** One tab sends at a time. */
  private readonly leadership: Leadership
  private online = false
  private closed = false
  private newsAt = 0
  private cancelTakeover: (() => void) | null = null
  private readonly busy = new Set<string>()
  private readonly waits = new Map<string, { cancel: () => void; patient: boolean }>()
  private readonly attempts = new Map<string, number>()
  /** Not yet in the storage, and no longer to be read from it: what a reading of the storage must not undo. */
  private readonly unsaved = new Set<string>()
  private readonly gone = new Set<string>()

  /** @param deliver sends one entry and answers the durable message; throws ApiError */
  constructor(
    private readonly environment: Environment,
    userId: string,
    private readonly deliver: (entry: OutboxEntry) => Promise<Message>,
  ) {
    const name = `webchat-outbox-${userId}`
    this.storage = openOutboxStorage(userId, environment.hasDatabase)
    this.channel = environment.openChannel(name)
    this.channel.listen((message) => this.hear(message as News))
    void this.load()
    this.leadership = new Leadership(environment, name, () => this.lead())
  }

  /** Adds a message at the end and sends it as soon as may be. */
  add(entry: Omit<OutboxEntry, 'state' | 'error'>): void {
    this.replace([...this.entries, { ...entry, state: 'queued', error: null }])
    this.save(entry.clientId)
  }

  /** Sends a failed message once more, in its old place. */
  retry(clientId: string): void {
    this.change(clientId, { state: 'queued', error: null })
    this.save(clientId)
  }

  discard(clientId: string): void {
    this.remove((entry) => entry.clientId === clientId)
  }

  /** The server told of this message by another way than its answer (an event, a sync). */
  confirm(clientId: string): void {
    if (this.entries.some((entry) => entry.clientId === clientId)) this.discard(clientId)
  }

  removeConversation(conversationId: string): void {
    this.remove((entry) => entry.conversationId === conversationId)
    void this.storage.then((storage) => storage.removeConversation(conversationId)).catch(() => {})
  }

  /** Whether `deliver` can reach the server. Coming online tries everything at once that waited for the network. */
  setOnline(online: boolean): void {
    this.online = online
    if (!online) return
    for (const [conversationId, wait] of this.waits) {
      if (wait.patient) continue
      wait.cancel()
      this.waits.delete(conversationId)
    }
    this.pump()
  }

  close(): void {
    this.closed = true
    this.entries = []
    this.cancelTakeover?.()
    for (const wait of this.waits.values()) wait.cancel()
    this.leadership.close()
    this.channel.close()
    void this.storage.then((storage) => storage.close())
  }

  private pump(): void {
    if (this.closed || !this.online) return
    if (!this.leadership.leads) return this.watchLeader()
    for (const { conversationId, state } of this.entries) {
      if (state === 'queued' && !this.busy.has(conversationId) && !this.waits.has(conversationId)) {
        void this.drain(conversationId)
      }
    }
  }

  private async drain(conversationId: string): Promise<void> {
    this.busy.add(conversationId)
    for (;;) {
      const next = this.entries.find((entry) => entry.conversationId === conversationId && entry.state === 'queued')
      if (!next || !this.leadership.leads || !this.online || this.closed) break
      if (!(await this.deliverOne(next))) break
    }
    this.busy.delete(conversationId)
  }

  /** Whether the conversation's next entry may follow. */
  private async deliverOne(entry: OutboxEntry): Promise<boolean> {
    this.change(entry.clientId, { state: 'sending', retryAt: undefined })
    this.tell({ kind: 'state', clientId: entry.clientId, state: 'sending' })
    try {
      const message = await this.deliver(entry)
      if (this.closed) return false
      this.attempts.delete(entry.conversationId)
      this.tell({ kind: 'delivered', message })
      this.onDelivered(message)
      this.discard(entry.clientId)
      return true
    } catch (thrown) {
      return this.closed ? false : this.judge(entry, asApiError(thrown))
    }
  }

  private judge(entry: OutboxEntry, error: ApiError): boolean {
    if (isHopeless(error)) {
      this.change(entry.clientId, { state: 'failed', error: { code: error.code, message: error.message } })
      this.save(entry.clientId)
      return true
    }
    const attempt = this.attempts.get(entry.conversationId) ?? 0
    this.attempts.set(entry.conversationId, attempt + 1)
    const delay = retryDelay(error, attempt, this.environment.random)
    const retryAt = error.retryAfter === null ? undefined : this.environment.now() + delay
    this.change(entry.clientId, { state: 'queued', retryAt })
    this.tell({ kind: 'state', clientId: entry.clientId, state: 'queued', retryAt })
    const cancel = this.environment.after(delay, () => {
      this.waits.delete(entry.conversationId)
      this.pump()
    })
    this.waits.set(entry.conversationId, { cancel, patient: error.code === 'RATE_LIMITED' })
    return false
  }

  private lead(): void {
    // What the former leader was sending may or may not have arrived: it is sent again under the same clientId.
    this.replace(this.entries.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'queued' } : entry)))
    void this.load()
  }

  private watchLeader(): void {
    if (this.cancelTakeover || !this.entries.some((entry) => entry.state !== 'failed')) return
    const since = this.environment.now()
    this.cancelTakeover = this.environment.after(TAKEOVER_AFTER, () => {
      this.cancelTakeover = null
      if (this.closed || this.leadership.leads || !this.online) return
      const waiting = this.entries.some((entry) => entry.state !== 'failed')
      if (waiting && this.newsAt < since) this.leadership.take()
      else this.watchLeader()
    })
  }

  private hear(news: News): void {
    if (this.closed) return
    this.newsAt = this.environment.now()
    if (news.kind === 'stored') return void this.load()
    if (news.kind === 'state') return this.change(news.clientId, { state: news.state, retryAt: news.retryAt })
    this.onDelivered(news.message)
    if (news.message.clientId) this.forget([news.message.clientId])
  }

  private async load(): Promise<void> {
    const stored = await this.storage.then((storage) => storage.all()).catch(() => [])
    if (this.closed) return
    const held = new Map(this.entries.map((entry) => [entry.clientId, entry]))
    const merged = stored
      .filter((entry) => !this.gone.has(entry.clientId))
      .map((entry) => this.newer(entry, held.get(entry.clientId)))
    const known = new Set(merged.map((entry) => entry.clientId))
    const fresh = this.entries.filter((entry) => this.unsaved.has(entry.clientId) && !known.has(entry.clientId))
    this.replace([...merged, ...fresh])
  }

  /** That an entry is being sent is not stored; neither is, for a moment, what was just changed here. */
  private newer(stored: OutboxEntry, held: OutboxEntry | undefined): OutboxEntry {
    if (!held) return stored
    const sending = held.state === 'sending' && stored.state === 'queued'
    return sending || this.unsaved.has(stored.clientId) ? held : stored
  }

  private save(clientId: string): void {
    const entry = this.entries.find((each) => each.clientId === clientId)
    if (!entry) return
    this.unsaved.add(clientId)
    void this.storage
      .then((storage) => storage.put(entry))
      .then(
        () => this.unsaved.delete(clientId),
        // The disk is full: the entry lives on in this tab.
        () => this.environment.report('A message could not be stored in this browser.'),
      )
      .then(() => this.tell({ kind: 'stored' }))
  }

  private remove(matches: (entry: OutboxEntry) => boolean): void {
    const clientIds = this.entries.filter(matches).map((entry) => entry.clientId)
    this.forget(clientIds)
    void this.storage
      .then((storage) => Promise.all(clientIds.map((clientId) => storage.remove(clientId))))
      .catch(() => {})
      .then(() => this.tell({ kind: 'stored' }))
  }

  private forget(clientIds: string[]): void {
    for (const clientId of clientIds) this.gone.add(clientId)
    this.replace(this.entries.filter((entry) => !this.gone.has(entry.clientId)))
  }

  private change(clientId: string, change: Partial<OutboxEntry>): void {
    this.replace(this.entries.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry)))
  }

  private replace(entries: readonly OutboxEntry[]): void {
    this.entries = entries
    this.onChange()
    this.pump()
  }

  private tell(news: News): void {
    if (!this.closed) this.channel.post(news)
  }
}
