import { isSame } from './records'
import type { UploadStorage } from './storage'
import type { FileHandle, UploadRecord } from './types'

/** The most bytes of a file in the browser's database. The person has to choose a larger one again after a reload. */
const MAX_COPIED_BYTES = 200 * 1024 ** 2

/** The files of the uploads, as long as the browser can read them. None is ever read as a whole. */
export class Sources {
  private readonly files = new Map<string, Blob>()
  private readonly handles = new Map<string, FileHandle>()
  private readonly keeping = new Map<string, Promise<void>>()
  /** The ids of files that came from the storage. */
  private readonly fromStorage = new Set<string>()

  constructor(private readonly storage: Promise<UploadStorage>) {}

  /** Keeps a file as long as this tab lives. */
  hold(localId: string, file: Blob): void {
    this.fromStorage.delete(localId)
    this.files.set(localId, file)
  }

  /**
   * Stores a file for the time after a reload, as far as the browser allows it. Never throws.
   * @param after its record is stored
   */
  keep(localId: string, file: Blob, handle: FileHandle | null, after: Promise<void>): Promise<void> {
    if (handle) this.handles.set(localId, handle)
    // A part of a file, even all of it, is a reference: nothing is read here.
    const blob = file.size <= MAX_COPIED_BYTES ? file.slice(0, file.size, file.type) : null
    if (!blob && !handle) return Promise.resolve()
    const kept = after.then(() => this.store(localId, blob, handle)).finally(() => this.keeping.delete(localId))
    this.keeping.set(localId, kept)
    return kept
  }

  private async store(localId: string, blob: Blob | null, handle: FileHandle | null): Promise<void> {
    const storage = await this.storage
    await storage.keepFile(localId, { blob, handle }).catch(() => {
      // Too large for what is left, or a handle that cannot be stored.
      if (blob && handle) return storage.keepFile(localId, { blob, handle: null }).catch(() => {})
    })
  }

  async kept(localId: string): Promise<void> {
    await this.keeping.get(localId)
  }

  drop(localId: string): void {
    this.files.delete(localId)
    this.handles.delete(localId)
  }

  /** The file in memory cannot be read any more. The copy in the storage may be good, unless it was that copy. */
  async lose(localId: string): Promise<void> {
    this.files.delete(localId)
    if (!this.fromStorage.delete(localId)) return
    const handle = await this.handleOf(localId)
    await this.storage.then((storage) => storage.keepFile(localId, { blob: null, handle })).catch(() => {})
  }

  /** The file, if it can be read without asking. Null: the person has to be asked for it. */
  async find(record: UploadRecord): Promise<Blob | null> {
    const known = this.files.get(record.localId)
    if (known) return known
    await this.keeping.get(record.localId)
    const kept = await this.storage.then((storage) => storage.file(record.localId)).catch(() => null)
    if (kept?.handle) this.handles.set(record.localId, kept.handle)
    const copy = kept?.blob?.size === record.size ? kept.blob : null
    if (copy) this.fromStorage.add(record.localId)
    const found = copy ?? (await this.reopen(record, false))
    if (found) this.files.set(record.localId, found)
    return found
  }

  canReopen(localId: string): boolean {
    return this.handles.has(localId)
  }

  /** Opens the file again by its handle. @param ask whether it is called in a click, so that the browser can ask */
  async reopen(record: UploadRecord, ask: boolean): Promise<File | null> {
    const handle = await this.handleOf(record.localId)
    if (!handle) return null
    try {
      const options = { mode: 'read' } as const
      const permission = await (ask ? handle.requestPermission?.(options) : handle.queryPermission?.(options))
      if (permission !== undefined && permission !== 'granted') return null
      const file = await handle.getFile()
      return isSame(record, file) ? file : null
    } catch {
      return null
    }
  }

  private async handleOf(localId: string): Promise<FileHandle | null> {
    const known = this.handles.get(localId)
    if (known) return known
    const kept = await this.storage.then((storage) => storage.file(localId)).catch(() => null)
    return kept?.handle ?? null
  }
}
