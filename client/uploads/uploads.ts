import type { EntryFiles } from '../outbox/entryFiles'
import type { Channel, Environment } from '../environment'
import type { OutboxEntry } from '../outbox/outboxEntry'
import { Driver, type DriverDeps } from './driver'
import type { Transfer } from './job'
import { hasPreview } from './kinds'
import { Ledger } from './ledger'
import { Readiness } from './readiness'
import { asFile, isSame, newRecord } from './records'
import { Sources } from './sources'
import { openUploadStorage, type UploadStorage } from './storage'
import type { FileHandle, FileToSend, Live, UploadNews, UploadRecord } from './types'
import { Views } from './views'

/**
 * One person's files on their way to the store, each for a message that waits in the outbox. Kept in this browser, so
 * that a reload, a lost connection or a closed tab costs no more than the parts that were under way.
 */
export class Uploads implements EntryFiles {
  readonly views: Views
  /** A file is complete, or has failed: messages may go. */
  onSettled: () => void = () => {}
  /** Whether the outbox still has a message. */
  isWanted: (clientId: string) => Promise<boolean> = async () => true

  private readonly storage: Promise<UploadStorage>
  private readonly ledger: Ledger
  private readonly sources: Sources
  private readonly channel: Channel
  private readonly drivers = new Map<string, Driver>()
  private readonly deps: DriverDeps
  private readonly environment: Environment
  private readonly readiness: Readiness
  private closed = false
  private order = 0

  constructor(
    private readonly transfer: Transfer,
    userId: string,
  ) {
    const environment = (this.environment = transfer.environment)
    this.storage = openUploadStorage(userId, environment.hasDatabase)
    this.ledger = new Ledger(environment, this.storage)
    this.sources = new Sources(this.storage)
    this.views = new Views(environment)
    const restart = (localId: string) => this.restart(localId)
    this.readiness = new Readiness(environment, this.ledger, restart, () => {
      if (!this.closed) this.onSettled()
    })
    this.channel = environment.openChannel(`webchat-uploads-${userId}`)
    this.deps = {
      transfer,
      ledger: this.ledger,
      sources: this.sources,
      isWanted: (record) => this.isWanted(record.clientId),
      abandon: (localId) => this.remove([localId], false),
      done: (localId) => void this.done(localId),
      onLive: (localId, live, tellOthers) => this.showLive(localId, live, tellOthers),
      onSource: (localId, source) => this.look(localId, source),
    }
    this.ledger.onChange = (record) => this.changed(record)
    this.ledger.onRemoved = (record) => this.park(record.localId)
    this.ledger.onStored = (record) => this.tell({ kind: 'record', record })
    this.channel.listen((message) => this.onNews(message as UploadNews))
    void this.ledger.load().then(() => this.tell({ kind: 'hello' }))
  }

  /** Takes files for a message that is about to be put into the outbox. @returns their ids, in the same order */
  add(message: { clientId: string; conversationId: string }, files: readonly FileToSend[]): string[] {
    const records = files.map((file, place) => newRecord(this.environment.newId(), message, place, file))
    const localIds = records.map(({ localId }) => localId)
    for (const [index, { file }] of files.entries()) this.sources.hold(localIds[index]!, file)
    for (const localId of localIds) this.driverOf(localId, true)
    this.ledger.add(records)
    for (const [index, { file, handle }] of files.entries()) this.keepFile(localIds[index]!, file, handle ?? null)
    return localIds
  }

  pause(localId: string): void {
    this.ledger.change(localId, (record) => (record.phase === 'sending' ? { ...record, phase: 'paused' } : record))
  }

  /** Resumes an upload, also a failed one. If the file is needed, it asks the browser for it. */
  resume(localId: string): void {
    const record = this.ledger.get(localId)
    if (!record || record.phase === 'complete') return
    if (record.phase !== 'sending') return this.restart(localId)
    void this.sources.reopen(record, true).then((file) => this.provide(localId, file))
  }

  /** Sends a refused picture as an unchanged file. */
  sendAsFile(localId: string): void {
    this.ledger.change(localId, (record) => (record.phase === 'failed' ? asFile(record) : record))
  }

  /** Cancels an upload, here and on the server. Its message goes without it. */
  cancel(localId: string): void {
    this.remove([localId], false)
  }

  /** Gives an upload its file again, after the browser has lost it. @returns whether it is the same unchanged file */
  provideFile(localId: string, file: File): boolean {
    const record = this.ledger.get(localId)
    if (!record || !isSame(record, file)) return false
    this.provide(localId, file)
    return true
  }

  /** Begins failed uploads again, and checks complete ones, which the server may have swept meanwhile. */
  retry(clientId: string): void {
    for (const { localId, phase } of this.ledger.of(clientId)) if (phase !== 'paused') this.restart(localId)
  }

  /** Resolves when the files of a message are stored in this browser, as far as it allows. */
  async kept(clientId: string): Promise<void> {
    await Promise.all(this.ledger.of(clientId).map(({ localId }) => this.sources.kept(localId)))
  }

  removeConversation(conversationId: string): void {
    for (const { localId } of this.ledger.where((one) => one.conversationId === conversationId)) this.cancel(localId)
  }

  /** The server's ids of an entry's files, once they are all there. */
  uploadIdsOf({ uploads }: OutboxEntry): string[] {
    return uploads.flatMap((localId) => this.ledger.get(localId)?.begun?.uploadId ?? [])
  }

  stateOf(entry: OutboxEntry): ReturnType<EntryFiles['stateOf']> {
    return this.readiness.of(entry)
  }

  async stored({ uploads }: OutboxEntry): Promise<void> {
    await this.ledger.stored(uploads)
  }

  release(clientIds: readonly string[], delivered: boolean): void {
    const gone = this.ledger.where((record) => clientIds.includes(record.clientId)).map(({ localId }) => localId)
    if (gone.length > 0) this.remove(gone, delivered)
  }

  close(): void {
    this.closed = true
    for (const driver of this.drivers.values()) driver.close()
    this.drivers.clear()
    this.views.clear()
    this.channel.close()
    void this.storage.then((storage) => storage.close())
  }

  private restart(localId: string): void {
    this.ledger.change(localId, (record) => ({ ...record, phase: 'sending', error: null }))
  }

  private changed(record: UploadRecord): void {
    if (this.closed) return
    const isNew = !this.views.has(record.localId)
    this.views.show(record)
    if (isNew && hasPreview(record)) void this.sources.find(record).then((file) => this.look(record.localId, file))
    if (isNew || record.phase !== 'complete') this.driverOf(record.localId).drive()
    if (record.phase === 'complete' || record.phase === 'failed') this.onSettled()
  }

  /** @param isNew it was added in this tab, a moment ago */
  private driverOf(localId: string, isNew = false): Driver {
    const driver = this.drivers.get(localId) ?? new Driver(this.deps, localId, this.order++, isNew)
    this.drivers.set(localId, driver)
    return driver
  }

  /** The lock is released only after storing it. Otherwise the next tab would take the upload for unfinished. */
  private async done(localId: string): Promise<void> {
    await this.ledger.stored([localId])
    if (this.ledger.get(localId)?.phase === 'complete') this.park(localId)
  }

  private park(localId: string): void {
    this.drivers.get(localId)?.close()
    this.drivers.delete(localId)
  }

  private keepFile(localId: string, file: Blob, handle: FileHandle | null): void {
    void this.look(localId, file)
    const recorded = this.ledger.stored([localId]).then(() => this.tell({ kind: 'file', localId, file }))
    void this.sources.keep(localId, file, handle, recorded)
  }

  private provide(localId: string, file: File | null): void {
    if (!file) return
    this.sources.hold(localId, file)
    this.drivers.get(localId)?.driveAnew()
    this.keepFile(localId, file, null)
  }

  /** Shows the file itself, and how large it is on the screen. */
  private async look(localId: string, file: Blob | null): Promise<void> {
    const url = file && this.views.preview(localId, file)
    const record = this.ledger.get(localId)
    if (!url || !record || record.kind === 'voice' || record.width !== null) return
    const size = await this.environment.measure(url, record.mime)
    if (size && !this.closed) this.ledger.change(localId, (one) => (one.width === null ? { ...one, ...size } : one))
  }

  private remove(localIds: readonly string[], delivered: boolean): void {
    const removed = this.ledger.remove(localIds)
    this.tell({ kind: 'removed', localIds, delivered })
    this.removed(removed, delivered)
    if (delivered) return
    // If that fails, the server sweeps it within a day.
    for (const { begun } of removed) if (begun) this.transfer.requests.cancel(begun.uploadId).catch(() => {})
  }

  private removed(records: readonly UploadRecord[], delivered: boolean): void {
    for (const record of records) {
      this.sources.drop(record.localId)
      this.views.hide(record, delivered)
    }
  }

  private showLive(localId: string, live: Live, tellOthers: boolean): void {
    const canReopen = this.sources.canReopen(localId)
    this.views.live(localId, live, canReopen)
    if (tellOthers) this.tell({ kind: 'live', localId, live, canReopen })
  }

  private onNews(news: UploadNews): void {
    if (this.closed) return
    if (news.kind === 'record') this.ledger.receive(news.record)
    if (news.kind === 'removed') this.removed(this.ledger.forget(news.localIds), news.delivered)
    if (news.kind === 'live') {
      this.views.live(news.localId, news.live, news.canReopen)
      if (news.live.state !== 'needsFile') this.drivers.get(news.localId)?.noteOtherTab()
    }
    if (news.kind === 'file') {
      this.sources.hold(news.localId, news.file)
      void this.look(news.localId, news.file)
      this.drivers.get(news.localId)?.driveAnew()
    }
    if (news.kind !== 'hello') return
    for (const [localId, driver] of this.drivers) if (driver.leads) this.showLive(localId, driver.live, true)
  }

  private tell(news: UploadNews): void {
    try {
      if (!this.closed) this.channel.post(news)
    } catch {
      // Some browsers cannot pass files from tab to tab.
    }
  }
}
