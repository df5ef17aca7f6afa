import { openDatabase, type Database } from '../storage/database'
import type { OutboxEntry } from './outboxEntry'

/** Where unsent messages wait, in the order in which they were written. */
export interface OutboxStorage {
  all(): Promise<OutboxEntry[]>
  /** Adds at the end, or replaces the entry of the same clientId, which keeps its position. */
  put(entry: OutboxEntry): Promise<void>
  remove(clientId: string): Promise<void>
  removeConversation(conversationId: string): Promise<void>
  close(): void
}

/** Unsent messages in the browser's database: they survive a reload, a crash, and being offline for days. */
class DatabaseStorage implements OutboxStorage {
  constructor(private readonly database: Database) {}

  async all(): Promise<OutboxEntry[]> {
    const entries: (Omit<OutboxEntry, 'uploads'> & Partial<OutboxEntry>)[] = await this.database.getAll('outbox')
    // Entries of versions before file uploads have no list of files.
    return entries.map((entry) => ({ ...entry, uploads: entry.uploads ?? [] }))
  }

  async put(entry: OutboxEntry): Promise<void> {
    const { store, done } = this.database.transaction('outbox', 'readwrite')
    const key = await store.index('clientId').getKey(entry.clientId)
    await Promise.all([key === undefined ? store.add(entry) : store.put(entry, key), done])
  }

  async remove(clientId: string): Promise<void> {
    const { store, done } = this.database.transaction('outbox', 'readwrite')
    const key = await store.index('clientId').getKey(clientId)
    if (key !== undefined) await store.delete(key)
    await done
  }

  async removeConversation(conversationId: string): Promise<void> {
    const { store, done } = this.database.transaction('outbox', 'readwrite')
    const keys = await store.index('conversationId').getAllKeys(conversationId)
    await Promise.all([...keys.map((key) => store.delete(key)), done])
  }

  close(): void {
    this.database.close()
  }
}

/** Without a database unsent messages live as long as the page. */
class MemoryStorage implements OutboxStorage {
  private readonly entries = new Map<string, OutboxEntry>()

  async all(): Promise<OutboxEntry[]> {
    return [...this.entries.values()]
  }

  async put(entry: OutboxEntry): Promise<void> {
    this.entries.set(entry.clientId, entry)
  }

  async remove(clientId: string): Promise<void> {
    this.entries.delete(clientId)
  }

  async removeConversation(conversationId: string): Promise<void> {
    for (const entry of await this.all()) {
      if (entry.conversationId === conversationId) this.entries.delete(entry.clientId)
    }
  }

  close(): void {}
}

export async function openOutboxStorage(userId: string, available: boolean): Promise<OutboxStorage> {
  const database = available ? await openDatabase(userId) : null
  return database ? new DatabaseStorage(database) : new MemoryStorage()
}
