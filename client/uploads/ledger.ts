import type { Environment } from '../environment'
import type { UploadRecord } from './types'
import type { UploadStorage } from './storage'

type Change = (record: UploadRecord) => UploadRecord

/**
 * The records of one person's unfinished uploads, the same in every tab: changed here at once, then in the storage, and
 * sent to the other tabs when they are stored.
 */
export class Ledger {
  /** A record is new, or another than before. */
  onChange: (record: UploadRecord) => void = () => {}
  onRemoved: (record: UploadRecord) => void = () => {}
  /** A change of this tab's is stored. */
  onStored: (record: UploadRecord) => void = () => {}

  private readonly records = new Map<string, UploadRecord>()
  /** Ids are used once: what is gone does not come back by older news. */
  private readonly gone = new Set<string>()
  private readonly writes = new Map<string, { count: number; last: Promise<unknown> }>()
  /** News that came while our own changes were being written. They may be older than these changes, or newer. */
  private readonly aside = new Map<string, UploadRecord>()
  private reported = false

  constructor(
    private readonly environment: Environment,
    private readonly storage: Promise<UploadStorage>,
  ) {}

  get(localId: string): UploadRecord | undefined {
    return this.records.get(localId)
  }

  /** In the order in which they were chosen. */
  of(clientId: string): UploadRecord[] {
    return this.where((record) => record.clientId === clientId)
  }

  where(matches: (record: UploadRecord) => boolean): UploadRecord[] {
    return [...this.records.values()].filter(matches).sort((one, other) => one.place - other.place)
  }

  /** Takes in what is stored. */
  async load(): Promise<void> {
    const stored = await this.storage.then((storage) => storage.all()).catch(() => [])
    for (const record of stored) this.receive(record)
  }

  add(records: readonly UploadRecord[]): void {
    for (const record of records) {
      this.records.set(record.localId, record)
      this.write(record.localId, async () => {
        await (await this.storage).add([record])
        return record
      })
      this.onChange(record)
    }
  }

  change(localId: string, change: Change): void {
    const record = this.records.get(localId)
    if (!record) return
    this.records.set(localId, change(record))
    this.write(localId, async () => (await this.storage).update(localId, change))
    this.onChange(this.records.get(localId)!)
  }

  /** @returns those that were here */
  remove(localIds: readonly string[]): UploadRecord[] {
    const removed = this.forget(localIds)
    void this.storage.then((storage) => storage.remove(localIds)).catch(() => {})
    return removed
  }

  /** Another tab has changed one, or it was read from the storage. */
  receive(record: UploadRecord): void {
    const known = this.records.get(record.localId)
    if (this.gone.has(record.localId)) return
    if (this.writes.has(record.localId)) {
      this.aside.set(record.localId, newer(this.aside.get(record.localId), record))
      return
    }
    if (known && known.rev >= record.rev) return
    this.records.set(record.localId, record)
    this.onChange(record)
  }

  /** Another tab has removed them. */
  forget(localIds: readonly string[]): UploadRecord[] {
    const removed = localIds.flatMap((localId) => this.records.get(localId) ?? [])
    for (const localId of localIds) {
      this.gone.add(localId)
      this.records.delete(localId)
    }
    for (const record of removed) this.onRemoved(record)
    return removed
  }

  /** Resolves when all that was changed here is stored. */
  async stored(localIds: readonly string[]): Promise<void> {
    await Promise.all(localIds.map((localId) => this.writes.get(localId)?.last))
  }

  private write(localId: string, action: () => Promise<UploadRecord | null>): void {
    const before = this.writes.get(localId) ?? { count: 0, last: Promise.resolve() }
    const last = before.last.then(action).then(
      (stored) => this.wrote(localId, stored),
      () => this.wrote(localId, null),
    )
    this.writes.set(localId, { count: before.count + 1, last })
  }

  private wrote(localId: string, stored: UploadRecord | null): void {
    const left = (this.writes.get(localId)?.count ?? 1) - 1
    if (left > 0) this.writes.get(localId)!.count = left
    else this.writes.delete(localId)
    if (this.gone.has(localId)) {
      // Removed while it was being written for the first time.
      void this.storage.then((storage) => storage.remove([localId])).catch(() => {})
      return
    }
    // With more of our own on the way, this is not the last word.
    const last = left > 0 ? null : newer(this.aside.get(localId), stored)
    if (left === 0) this.aside.delete(localId)
    if (last) {
      this.records.set(localId, last)
      this.onChange(last)
    }
    if (stored) this.onStored(stored)
    else this.reportOnce()
  }

  private reportOnce(): void {
    if (!this.reported) this.environment.report('An upload could not be stored in this browser.')
    this.reported = true
  }
}

function newer<T extends UploadRecord | null>(one: UploadRecord | undefined, other: T): UploadRecord | T {
  return one && (!other || one.rev > other.rev) ? one : other
}
