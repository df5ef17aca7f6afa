import { openDatabase, type Database, type KeptFile } from '../storage/database'
import type { UploadRecord } from './types'

/** Where unfinished uploads are kept. */
export interface UploadStorage {
  all(): Promise<UploadRecord[]>
  add(records: readonly UploadRecord[]): Promise<void>
  /** Changes a record in one step, whoever else does. @returns it; null where there is none */
  update(localId: string, change: (record: UploadRecord) => UploadRecord): Promise<UploadRecord | null>
  /** With their files. */
  remove(localIds: readonly string[]): Promise<void>
  file(localId: string): Promise<KeptFile | null>
  keepFile(localId: string, file: KeptFile): Promise<void>
  close(): void
}

/** In the browser's database: they survive a reload, a crash, and being offline for days. */
class DatabaseStorage implements UploadStorage {
  constructor(private readonly database: Database) {}

  all(): Promise<UploadRecord[]> {
    return this.database.getAll('uploads')
  }

  async add(records: readonly UploadRecord[]): Promise<void> {
    const { store, done } = this.database.transaction('uploads', 'readwrite')
    await Promise.all([...records.map((record) => store.put(record)), done])
  }

  async update(localId: string, change: (record: UploadRecord) => UploadRecord): Promise<UploadRecord | null> {
    const { store, done } = this.database.transaction('uploads', 'readwrite')
    const record = await store.get(localId)
    const changed = record ? nextOf(record, change) : null
    if (changed) await store.put(changed)
    await done
    return changed
  }

  async remove(localIds: readonly string[]): Promise<void> {
    const transaction = this.database.transaction(['uploads', 'files'], 'readwrite')
    const [uploads, files] = [transaction.objectStore('uploads'), transaction.objectStore('files')]
    await Promise.all([...localIds.flatMap((id) => [uploads.delete(id), files.delete(id)]), transaction.done])
  }

  async file(localId: string): Promise<KeptFile | null> {
    return (await this.database.get('files', localId)) ?? null
  }

  async keepFile(localId: string, file: KeptFile): Promise<void> {
    const transaction = this.database.transaction(['uploads', 'files'], 'readwrite')
    // Cancelled meanwhile: what nobody would ever remove must not stay.
    const isKnown = (await transaction.objectStore('uploads').getKey(localId)) !== undefined
    if (isKnown) await transaction.objectStore('files').put(file, localId)
    await transaction.done
  }

  close(): void {
    this.database.close()
  }
}

/** Where there is no database, they live as long as the page. */
class MemoryStorage implements UploadStorage {
  private readonly records = new Map<string, UploadRecord>()

  async all(): Promise<UploadRecord[]> {
    return [...this.records.values()]
  }

  async add(records: readonly UploadRecord[]): Promise<void> {
    for (const record of records) this.records.set(record.localId, record)
  }

  async update(localId: string, change: (record: UploadRecord) => UploadRecord): Promise<UploadRecord | null> {
    const record = this.records.get(localId)
    if (!record) return null
    const changed = nextOf(record, change)
    this.records.set(localId, changed)
    return changed
  }

  async remove(localIds: readonly string[]): Promise<void> {
    for (const localId of localIds) this.records.delete(localId)
  }

  async file(): Promise<KeptFile | null> {
    return null
  }

  async keepFile(): Promise<void> {}

  close(): void {}
}

function nextOf(record: UploadRecord, change: (record: UploadRecord) => UploadRecord): UploadRecord {
  return { ...change(record), rev: record.rev + 1 }
}

export async function openUploadStorage(userId: string, available: boolean): Promise<UploadStorage> {
  const database = available ? await openDatabase(userId) : null
  return database ? new DatabaseStorage(database) : new MemoryStorage()
}
