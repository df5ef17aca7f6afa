import type { Message } from '#shared/schemas/message'
import { asApiError, type ApiError } from '../http/apiError'
import { failedByFiles, type EntryFiles } from './entryFiles'
import type { Channel, Environment } from '../environment'
import { Leadership } from '../leadership'
import { failedBy, mergedEntries, UNQUOTED, withoutUpload, type OutboxEntry, type OutboxNews } from './outboxEntry'
import { openOutboxStorage, type OutboxStorage } from './outboxStorage'
import { isAboutQuote, isHopeless } from './sendRetry'
import { SendBackoff } from './sendBackoff'
import { Takeover } from './takeover'

/**
 * One person's unsent messages in this browser. Each is stored until the server has acknowledged it. One tab at a time
 * sends them, in the order of writing within a conversation, and always under the same clientId, so that a repetition
 * makes no second message. A message whose files are still on their way lets the later ones pass.
 */
export class Outbox {
  /** In the order of writing, the same in every tab. Replaced, never mutated. */
  entries: readonly OutboxEntry[] = []
  onChange: () => void = () => {}
  /** Called when a message is durable, before its entry leaves `entries`, so that the screen never lacks both. */
  onDelivered: (message: Message) => void = () => {}

  private readonly storage: Promise<OutboxStorage>
  private readonly channel: Channel
  /** One tab sends at a time. */
  private readonly leadership: Leadership
  private online = false
  private closed = false
  private readonly takeover: Takeover
  private readonly busy = new Set<string>()
  private readonly backoff: SendBackoff
  /** Entries that are not stored yet, and entries that are removed: reading the storage must not undo either. */
  readonly unsaved = new Set<string>()
  readonly gone = new Set<string>()

  /** @param deliver sends one entry and answers the durable message; throws ApiError */
  constructor(
    private readonly environment: Environment,
    userId: string,
    private readonly deliver: (entry: OutboxEntry) => Promise<Message>,
    private readonly files: EntryFiles,
  ) {
    const name = `webchat-outbox-${userId}`
    this.storage = openOutboxStorage(userId, environment.hasDatabase)
    this.channel = environment.openChannel(name)
    this.channel.listen((message) => void this.onNews(message as OutboxNews))
    this.backoff = new SendBackoff(environment, () => this.pump())
    void this.load()
    this.takeover = new Takeover(
      environment,
      () => this.isDue(),
      () => this.leadership.take(),
    )
    this.leadership = new Leadership(environment, name, () => this.lead())
  }

  /** Adds a message at the end, and sends it as soon as possible. */
  add(entry: Omit<OutboxEntry, 'state' | 'error'>): void {
    this.replace([...this.entries, { ...entry, state: 'queued', error: null }])
    this.save(entry.clientId)
  }

  /** Sends a failed message once more, at its old position. */
  retry(clientId: string): void {
    this.alter(clientId, { state: 'queued', error: null })
  }

  discard(clientId: string): void {
    this.remove((entry) => entry.clientId === clientId, false)
  }

  /** Removes a file from a message, as `withoutUpload` says. */
  removeUpload(localId: string): void {
    const entry = this.entries.find(({ uploads }) => uploads.includes(localId))
    if (!entry) return
    const rest = withoutUpload(entry, localId)
    if (rest) this.alter(entry.clientId, rest)
    else this.discard(entry.clientId)
  }

  /** Whether a message waits here, in whichever tab it was written, as far as this tab knows. */
  async has(clientId: string): Promise<boolean> {
    const stored = await this.storage.then((storage) => storage.all()).catch(() => null)
    const isHere = [...this.entries, ...(stored ?? [])].some((entry) => entry.clientId === clientId)
    return (isHere || !stored) && !this.gone.has(clientId)
  }

  /** Removes a message that arrived by an event or a sync, before the answer to its send. */
  confirm(clientId: string): void {
    this.remove((entry) => entry.clientId === clientId, true)
  }

  removeConversation(conversationId: string): void {
    this.remove((entry) => entry.conversationId === conversationId, false)
    void this.storage.then((storage) => storage.removeConversation(conversationId)).catch(() => {})
  }

  /** Whether `deliver` can reach the server. Coming online tries everything at once that waited for the network. */
  setOnline(online: boolean): void {
    this.online = online
    if (!online) return
    this.backoff.retryNow()
    this.pump()
  }

  close(): void {
    this.closed = true
    this.entries = []
    this.takeover.close()
    this.backoff.close()
    this.leadership.close()
    this.channel.close()
    void this.storage.then((storage) => storage.close())
  }

  /** Sends what can go. Call it when files of entries are complete, or have failed. */
  pump(): void {
    if (this.closed) return
    // Without locks this tab leads at once, before `leadership` is set.
    if (!this.leadership?.leads) return this.takeover.watch()
    const failed = failedByFiles(this.entries, this.files)
    if (failed) return this.alter(failed.clientId, { state: 'failed', error: failed.error })
    if (!this.online) return
    for (const { conversationId } of this.entries.filter((entry) => this.isSendable(entry))) {
      if (!this.busy.has(conversationId) && !this.backoff.has(conversationId)) void this.drain(conversationId)
    }
  }

  private isSendable(entry: OutboxEntry): boolean {
    return entry.state === 'queued' && this.files.stateOf(entry) === 'ready'
  }

  private isDue(): boolean {
    if (this.closed || !this.online || this.leadership.leads) return false
    return this.entries.some((entry) => entry.state === 'sending' || this.isSendable(entry))
  }

  private async drain(conversationId: string): Promise<void> {
    this.busy.add(conversationId)
    for (;;) {
      const next = this.entries.find((entry) => entry.conversationId === conversationId && this.isSendable(entry))
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
      this.backoff.succeeded(entry.conversationId)
      this.tell({ kind: 'delivered', message })
      this.onDelivered(message)
      this.confirm(entry.clientId)
      return true
    } catch (thrown) {
      return this.closed ? false : this.handleFailure(entry, asApiError(thrown))
    }
  }

  private handleFailure(entry: OutboxEntry, error: ApiError): boolean {
    // The answered message is out of sight by now. The text is sent without it.
    const end = entry.replyToId !== null && isAboutQuote(error) ? UNQUOTED : isHopeless(error) ? failedBy(error) : null
    if (end) this.alter(entry.clientId, end)
    if (end) return true
    const retryAt = this.backoff.begin(entry.conversationId, error)
    this.change(entry.clientId, { state: 'queued', retryAt })
    this.tell({ kind: 'state', clientId: entry.clientId, state: 'queued', retryAt })
    return false
  }

  private lead(): void {
    // A message that the former leader was sending may have arrived or not. It is sent again under the same clientId.
    this.replace(this.entries.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'queued' } : entry)))
    void this.load()
  }

  private async onNews(news: OutboxNews): Promise<void> {
    if (this.closed) return
    this.takeover.noteOtherTab()
    if (news.kind === 'stored') return this.load()
    if (news.kind === 'state') return this.change(news.clientId, { state: news.state, retryAt: news.retryAt })
    this.onDelivered(news.message)
    if (news.message.clientId) this.forget([news.message.clientId])
  }

  private async load(): Promise<void> {
    const stored = await this.storage.then((storage) => storage.all()).catch(() => [])
    if (this.closed) return
    this.replace(mergedEntries(stored, this.entries, this))
  }

  private save(clientId: string): void {
    const entry = this.entries.find((each) => each.clientId === clientId)
    if (!entry) return
    this.unsaved.add(clientId)
    void this.files
      .stored(entry)
      .then(() => this.storage)
      .then((storage) => (this.gone.has(clientId) ? undefined : storage.put(entry)))
      .then(
        () => this.unsaved.delete(clientId),
        // The disk is full. The entry stays in the memory of this tab.
        () => this.environment.report('A message could not be stored in this browser.'),
      )
      .then(() => this.tell({ kind: 'stored' }))
  }

  private remove(matches: (entry: OutboxEntry) => boolean, delivered: boolean): void {
    const clientIds = this.entries.filter(matches).map((entry) => entry.clientId)
    if (clientIds.length === 0) return
    this.forget(clientIds)
    this.files.release(clientIds, delivered)
    void this.storage
      .then((storage) => Promise.all(clientIds.map((clientId) => storage.remove(clientId))))
      .catch(() => {})
      .then(() => this.tell({ kind: 'stored' }))
  }

  private forget(clientIds: string[]): void {
    for (const clientId of clientIds) this.gone.add(clientId)
    this.replace(this.entries.filter((entry) => !this.gone.has(entry.clientId)))
  }

  private alter(clientId: string, change: Partial<OutboxEntry>): void {
    this.change(clientId, change)
    this.save(clientId)
  }

  private change(clientId: string, change: Partial<OutboxEntry>): void {
    this.replace(this.entries.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry)))
  }

  private replace(entries: readonly OutboxEntry[]): void {
    this.entries = entries
    this.onChange()
    this.pump()
  }

  private tell(news: OutboxNews): void {
    if (!this.closed) this.channel.post(news)
  }
}
